package dev.portcullis.admin.store;

import java.nio.file.Path;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A database that a dump is taken from or put into. One thread. */
interface DumpPlace extends AutoCloseable {
    /** For reading; it may be in use. */
    static DumpPlace from(StoreConfig config) throws StartException {
        return config.postgres() == null
                ? Sqlite.from(config.dataDirectory())
                : Postgres.from(config.postgres());
    }

    /** For filling; it is made where that is possible. */
    static DumpPlace into(StoreConfig config) throws StartException {
        return config.postgres() == null
                ? Sqlite.into(config.dataDirectory())
                : Postgres.into(config.postgres());
    }

    /** A connection; the caller closes it. */
    Sql connect(Sql.Hook hook) throws SQLException;

    /** Keeps everybody else out until the transaction ends, where that is not done yet. */
    void lock(Sql sql) throws SQLException;

    /** Whether a row was refused for what is in it. */
    boolean isOfRow(SQLException e);

    /** What to tell an operator of an error. */
    StartException refusal(SQLException e);

    /** What to tell one who names a database with something in it. */
    StartException notEmpty();

    @Override
    void close();

    /** A file in a directory. */
    final class Sqlite implements DumpPlace {
        /** Pages in memory while importing: rows come in no order that all indexes like. */
        private static final int CACHE_KIB = 65_536;

        /** Held while it is filled; null while it is read. */
        private final DataDirectory directory;
        private final Path file;
        private final DataSource dataSource;
        private final SqliteSchema schema;

        private Sqlite(DataDirectory directory, Path file, DataSource dataSource) {
            this.directory = directory;
            this.file = file;
            this.dataSource = dataSource;
            this.schema = new SqliteSchema(dataSource, file);
        }

        private static Sqlite from(Path path) throws StartException {
            Path file = path.resolve(SqliteDatabase.FILE);
            Sqlite place = new Sqlite(null, file, SqliteDatabase.readOnlyDataSource(file));
            place.schema.requireNewest();
            return place;
        }

        private static Sqlite into(Path path) throws StartException {
            DataDirectory directory = DataDirectory.open(path);
            try {
                Path file = directory.file(SqliteDatabase.FILE);
                Sqlite place = new Sqlite(directory, file, SqliteDatabase.dataSource(file));
                place.schema.prepare();
                return place;
            } catch (StartException | RuntimeException e) {
                directory.close();
                throw e;
            }
        }

        @Override
        public Sql connect(Sql.Hook hook) throws SQLException {
            Sql sql = new Sql(dataSource.getConnection(), hook, Dialect.SQLITE);
            if (directory != null) {
                sql.update("PRAGMA cache_size = -" + CACHE_KIB);
            }
            return sql;
        }

        @Override
        public void lock(Sql sql) {
            // the directory is locked
        }

        @Override
        public boolean isOfRow(SQLException e) {
            return switch (StoreErrors.primary(e)) {
                case SQLITE_CONSTRAINT, SQLITE_MISMATCH -> true;
                default -> false;
            };
        }

        @Override
        public StartException refusal(SQLException e) {
            return schema.refusal(e);
        }

        @Override
        public StartException notEmpty() {
            return new StartException("the database is not empty", file,
                    "Name a data directory without a database; nothing was changed", null);
        }

        @Override
        public void close() {
            if (directory != null) {
                directory.close();
            }
        }
    }

    /** A database of a server. */
    final class Postgres implements DumpPlace {
        private final PostgresConfig config;
        private final boolean reading;

        private Postgres(PostgresConfig config, boolean reading) {
            this.config = config;
            this.reading = reading;
        }

        private static Postgres from(PostgresConfig config) throws StartException {
            new PostgresSchema(config).requireNewest();
            return new Postgres(config, true);
        }

        private static Postgres into(PostgresConfig config) throws StartException {
            new PostgresSchema(config).prepare();
            return new Postgres(config, false);
        }

        @Override
        public Sql connect(Sql.Hook hook) throws SQLException {
            return new Sql(PostgresDatabase.longConnection(config, reading), hook,
                    Dialect.POSTGRES);
        }

        @Override
        public void lock(Sql sql) throws SQLException {
            sql.update("LOCK TABLE head IN ACCESS EXCLUSIVE MODE");
        }

        @Override
        public boolean isOfRow(SQLException e) {
            return PostgresErrors.isOfRow(e);
        }

        @Override
        public StartException refusal(SQLException e) {
            return PostgresErrors.refusal(e, config);
        }

        @Override
        public StartException notEmpty() {
            return new StartException("the database is not empty", config,
                    "Name a database with nothing in it; nothing was changed", null);
        }

        @Override
        public void close() {
            // nothing is held but connections
        }
    }
}
