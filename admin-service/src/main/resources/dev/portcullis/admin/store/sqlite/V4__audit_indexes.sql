-- How the audit log is read by filter. An index ends in the row's number without saying so, and the
-- number is `seq`: so each of these answers its events in order, from any place, in any direction.
CREATE INDEX audit_by_actor ON audit_event (actor_id);
CREATE INDEX audit_by_actor_name ON audit_event (actor_name);
CREATE INDEX audit_by_target ON audit_event (target_id);
CREATE INDEX audit_by_action ON audit_event (action);
-- an action's beginning up to its dot, dot included: "token."
CREATE INDEX audit_by_family ON audit_event (substr(action, 1, instr(action, '.')));
-- where in the log an instant is
CREATE INDEX audit_by_time ON audit_event (happened_at);
