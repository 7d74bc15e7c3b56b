package dev.portcullis.cli.config;

/** The table of settings as documentation. */
final class SettingsTable {
    private SettingsTable() {}

    /** In Markdown, one row for each setting. */
    static String markdown() {
        StringBuilder out = new StringBuilder();
        out.append("| key | flag | environment | for | type | default | meaning |\n");
        out.append("| --- | --- | --- | --- | --- | --- | --- |\n");
        for (Setting<?> setting : Settings.all()) {
            String usual = setting.defaultText() == null
                    ? ""
                    : "`" + setting.defaultText() + "`";
            out.append("| `").append(setting.key()).append("` | `").append(setting.flag());
            out.append("` | `").append(setting.environmentName()).append("` | ");
            out.append(setting.part().words()).append(" | ");
            out.append(setting.type().name()).append(" | ").append(usual).append(" | ");
            out.append(setting.description()).append(" |\n");
        }
        return out.toString();
    }
}
