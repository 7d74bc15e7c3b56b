package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.Group;
import dev.portcullis.admin.model.Member;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import java.util.List;

/** What can be done with groups. As {@link Users} for threads and errors. */
public final class Groups {
    /** Makes a group and its first members. */
    public Committed<Group> create(Actor actor, String name, List<String> members) {
        throw new UnsupportedOperationException();
    }

    /** The group with that id or name. */
    public Group get(Actor actor, String group) {
        throw new UnsupportedOperationException();
    }

    /** In the order of their names. */
    public Page<Group> list(Actor actor, PageRequest page) {
        throw new UnsupportedOperationException();
    }

    /** Gives it another name. */
    public Committed<Group> rename(Actor actor, String group, String name) {
        throw new UnsupportedOperationException();
    }

    /** Takes it away, as it was. */
    public Committed<Group> delete(Actor actor, String group) {
        throw new UnsupportedOperationException();
    }

    /** Who is a member already stays one. */
    public Committed<Group> addMembers(Actor actor, String group, List<String> users) {
        throw new UnsupportedOperationException();
    }

    /** Who is no member is passed over. */
    public Committed<Group> removeMembers(Actor actor, String group, List<String> users) {
        throw new UnsupportedOperationException();
    }

    /** Replaces name and members in one step; null leaves one. */
    public Committed<Group> update(Actor actor, String group, String name, List<String> members) {
        throw new UnsupportedOperationException();
    }

    /** In the order of the users' creation. */
    public Page<Member> members(Actor actor, String group, PageRequest page) {
        throw new UnsupportedOperationException();
    }
}
