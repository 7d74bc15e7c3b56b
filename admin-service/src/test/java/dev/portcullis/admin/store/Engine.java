package dev.portcullis.admin.store;

/** What a test runs on. */
public enum Engine {
    SQLITE,
    POSTGRES
}
