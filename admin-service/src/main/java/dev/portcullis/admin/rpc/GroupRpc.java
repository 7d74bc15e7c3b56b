package dev.portcullis.admin.rpc;

import dev.portcullis.admin.service.Groups;
import dev.portcullis.proto.admin.v1.AddGroupMembersRequest;
import dev.portcullis.proto.admin.v1.AddGroupMembersResponse;
import dev.portcullis.proto.admin.v1.CreateGroupRequest;
import dev.portcullis.proto.admin.v1.CreateGroupResponse;
import dev.portcullis.proto.admin.v1.DeleteGroupRequest;
import dev.portcullis.proto.admin.v1.DeleteGroupResponse;
import dev.portcullis.proto.admin.v1.GetGroupRequest;
import dev.portcullis.proto.admin.v1.GetGroupResponse;
import dev.portcullis.proto.admin.v1.GroupServiceGrpc;
import dev.portcullis.proto.admin.v1.ListGroupMembersRequest;
import dev.portcullis.proto.admin.v1.ListGroupMembersResponse;
import dev.portcullis.proto.admin.v1.ListGroupsRequest;
import dev.portcullis.proto.admin.v1.ListGroupsResponse;
import dev.portcullis.proto.admin.v1.RemoveGroupMembersRequest;
import dev.portcullis.proto.admin.v1.RemoveGroupMembersResponse;
import dev.portcullis.proto.admin.v1.RenameGroupRequest;
import dev.portcullis.proto.admin.v1.RenameGroupResponse;
import io.grpc.stub.StreamObserver;

/** {@code GroupService}. */
final class GroupRpc extends GroupServiceGrpc.GroupServiceImplBase {
    private final Groups groups;
    private final Replies replies;

    GroupRpc(Groups groups, Replies replies) {
        this.groups = groups;
        this.replies = replies;
    }

    @Override
    public void createGroup(
            CreateGroupRequest request, StreamObserver<CreateGroupResponse> reply) {
        replies.change(
                reply,
                actor -> groups.create(actor, request.getName(), request.getMembersList()),
                GroupTranslation::created);
    }

    @Override
    public void getGroup(GetGroupRequest request, StreamObserver<GetGroupResponse> reply) {
        replies.read(reply, actor ->
                GroupTranslation.got(groups.get(actor, request.getGroup())));
    }

    @Override
    public void listGroups(ListGroupsRequest request, StreamObserver<ListGroupsResponse> reply) {
        replies.read(reply, actor -> GroupTranslation.list(groups.list(
                actor, Translation.page(request.getPageSize(), request.getPageToken()))));
    }

    @Override
    public void renameGroup(
            RenameGroupRequest request, StreamObserver<RenameGroupResponse> reply) {
        replies.change(
                reply,
                actor -> groups.rename(actor, request.getGroup(), request.getName()),
                GroupTranslation::renamed);
    }

    @Override
    public void deleteGroup(
            DeleteGroupRequest request, StreamObserver<DeleteGroupResponse> reply) {
        replies.change(
                reply,
                actor -> groups.delete(actor, request.getGroup()),
                (group, propagation) -> GroupTranslation.deleted(propagation));
    }

    @Override
    public void addGroupMembers(
            AddGroupMembersRequest request, StreamObserver<AddGroupMembersResponse> reply) {
        replies.change(
                reply,
                actor -> groups.addMembers(actor, request.getGroup(), request.getUsersList()),
                GroupTranslation::membersAdded);
    }

    @Override
    public void removeGroupMembers(
            RemoveGroupMembersRequest request, StreamObserver<RemoveGroupMembersResponse> reply) {
        replies.change(
                reply,
                actor -> groups.removeMembers(actor, request.getGroup(), request.getUsersList()),
                GroupTranslation::membersRemoved);
    }

    @Override
    public void listGroupMembers(
            ListGroupMembersRequest request, StreamObserver<ListGroupMembersResponse> reply) {
        replies.read(reply, actor -> GroupTranslation.members(groups.members(
                actor,
                request.getGroup(),
                Translation.page(request.getPageSize(), request.getPageToken()))));
    }
}
