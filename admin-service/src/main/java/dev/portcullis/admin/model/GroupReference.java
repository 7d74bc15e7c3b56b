package dev.portcullis.admin.model;

/** A group by id and name. */
public record GroupReference(String id, String name) {}
