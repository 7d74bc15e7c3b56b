package dev.portcullis.admin.rpc;

import dev.portcullis.admin.change.Propagation;
import dev.portcullis.admin.model.Member;
import dev.portcullis.admin.model.Page;
import dev.portcullis.proto.admin.v1.AddGroupMembersResponse;
import dev.portcullis.proto.admin.v1.CreateGroupResponse;
import dev.portcullis.proto.admin.v1.DeleteGroupResponse;
import dev.portcullis.proto.admin.v1.GetGroupResponse;
import dev.portcullis.proto.admin.v1.Group;
import dev.portcullis.proto.admin.v1.GroupMember;
import dev.portcullis.proto.admin.v1.ListGroupMembersResponse;
import dev.portcullis.proto.admin.v1.ListGroupsResponse;
import dev.portcullis.proto.admin.v1.RemoveGroupMembersResponse;
import dev.portcullis.proto.admin.v1.RenameGroupResponse;

/** {@link Translation} of groups. */
final class GroupTranslation {
    private GroupTranslation() {}

    static Group group(dev.portcullis.admin.model.Group group) {
        Group.Builder builder = Group.newBuilder()
                .setId(group.id())
                .setName(group.name())
                .setCreatedAt(Translation.timestamp(group.createdAt()))
                .setCreatedBy(group.createdBy())
                .setMemberCount(group.memberCount())
                .setRevision(group.revision());
        group.bindings().forEach(binding ->
                builder.addBindings(BindingTranslation.binding(binding)));
        return builder.build();
    }

    static CreateGroupResponse created(
            dev.portcullis.admin.model.Group group, Propagation propagation) {
        return CreateGroupResponse.newBuilder()
                .setGroup(group(group))
                .setPropagation(Translation.propagation(propagation))
                .build();
    }

    static GetGroupResponse got(dev.portcullis.admin.model.Group group) {
        return GetGroupResponse.newBuilder().setGroup(group(group)).build();
    }

    static ListGroupsResponse list(Page<dev.portcullis.admin.model.Group> page) {
        ListGroupsResponse.Builder response = ListGroupsResponse.newBuilder()
                .setNextPageToken(page.nextPageToken());
        page.items().forEach(group -> response.addGroups(group(group)));
        return response.build();
    }

    static RenameGroupResponse renamed(
            dev.portcullis.admin.model.Group group, Propagation propagation) {
        return RenameGroupResponse.newBuilder()
                .setGroup(group(group))
                .setPropagation(Translation.propagation(propagation))
                .build();
    }

    static DeleteGroupResponse deleted(Propagation propagation) {
        return DeleteGroupResponse.newBuilder()
                .setPropagation(Translation.propagation(propagation))
                .build();
    }

    static AddGroupMembersResponse membersAdded(
            dev.portcullis.admin.model.Group group, Propagation propagation) {
        return AddGroupMembersResponse.newBuilder()
                .setGroup(group(group))
                .setPropagation(Translation.propagation(propagation))
                .build();
    }

    static RemoveGroupMembersResponse membersRemoved(
            dev.portcullis.admin.model.Group group, Propagation propagation) {
        return RemoveGroupMembersResponse.newBuilder()
                .setGroup(group(group))
                .setPropagation(Translation.propagation(propagation))
                .build();
    }

    static ListGroupMembersResponse members(Page<Member> page) {
        ListGroupMembersResponse.Builder response = ListGroupMembersResponse.newBuilder()
                .setNextPageToken(page.nextPageToken());
        page.items().forEach(member -> response.addMembers(GroupMember.newBuilder()
                .setUserId(member.userId())
                .setUserName(member.userName())));
        return response.build();
    }
}
