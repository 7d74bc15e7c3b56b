package dev.portcullis.benchmarks.agent;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import net.bytebuddy.ByteBuddy;

/** The file that a virtual machine takes the agent from: a manifest that says where it is. */
public final class AgentJar {
    private final Path file;

    private AgentJar(Path file) {
        this.file = file;
    }

    /** Writes it into a folder. */
    public static AgentJar write(Path folder) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Premain-Class", Agent.class.getName());
        main.put(Attributes.Name.CLASS_PATH, where(Agent.class) + " " + where(ByteBuddy.class));
        Path file = folder.resolve("agent.jar");
        new JarOutputStream(Files.newOutputStream(file), manifest).close();
        return new AgentJar(file);
    }

    private static String where(Class<?> type) throws IOException {
        try {
            // spaces and the like are escaped in it
            return type.getProtectionDomain().getCodeSource().getLocation().toURI().toString();
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    /**
     * The option for a virtual machine.
     *
     * @param clock the file with how many milliseconds its clock is wrong by
     * @param mistake null for none
     */
    public String option(Path clock, Mistake mistake) {
        return "-javaagent:" + file + "=clock=" + clock
                + (mistake == null ? "" : ",mistake=" + mistake.text());
    }
}
