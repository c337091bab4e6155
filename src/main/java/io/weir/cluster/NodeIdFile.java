package io.weir.cluster;

import io.weir.model.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** A node's name that was made up once, and is kept in a file of one line. */
public final class NodeIdFile {

    private NodeIdFile() {}

    /**
     * The name in the file; one is made up and written if there is no file.
     *
     * @throws IllegalStateException if it can neither be read nor written, or holds no name
     */
    public static NodeId of(Path file) {
        try {
            return read(file);
        } catch (NoSuchFileException first) {
            return make(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static NodeId read(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
        try {
            return new NodeId(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    file + " holds no name of a node: write one, or remove it and have one made up", e);
        }
    }

    /** Written beside it first: a file that is there is whole. */
    private static NodeId make(Path file) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Path young = file.resolveSibling(
                    file.getFileName() + "." + ProcessHandle.current().pid());
            Files.writeString(
                    young,
                    UUID.randomUUID() + "\n",
                    StandardCharsets.US_ASCII,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
            try {
                Files.createLink(file, young);
            } catch (FileAlreadyExistsException another) {
                // Who was quicker has made up the name.
            } catch (UnsupportedOperationException noLinks) {
                Files.move(young, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(young);
            }
            return read(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static IllegalStateException unreadable(Path file, IOException e) {
        return new IllegalStateException(
                "cannot keep this node's name in " + file + " (" + e.getMessage()
                        + "): write a :node-id, or let this user write there",
                e);
    }
}
