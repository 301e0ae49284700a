package io.citytally.local.faults;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.local.LocalDataOutputStream;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.apache.flink.core.fs.local.LocalRecoverableWriter;

/**
 * The local file system, which is full when the test says so. A full disk still takes the name of a
 * new file, and half of what is written to it.
 */
public final class FillingFileSystem extends LocalFileSystem {

  private static final String SCHEME = "filling";
  private static final AtomicLong REFUSED = new AtomicLong();

  private static volatile boolean full;

  /** The address of a directory here. */
  static String addressOf(Path directory) {
    return SCHEME + "://" + directory.toAbsolutePath();
  }

  /** From now on there is no space left. */
  static void fill() {
    full = true;
  }

  /** From now on there is space. */
  static void empty() {
    full = false;
  }

  /** How many writes found no space so far. */
  static long refusedWrites() {
    return REFUSED.get();
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public FSDataOutputStream create(
      org.apache.flink.core.fs.Path path, FileSystem.WriteMode overwrite) throws IOException {
    super.create(path, overwrite).close();
    return new FillingStream(pathToFile(path));
  }

  /** Has none: with it, a file would appear only when it is whole. */
  @Override
  public LocalRecoverableWriter createRecoverableWriter() {
    throw new UnsupportedOperationException("files are written in place");
  }

  private static final class FillingStream extends LocalDataOutputStream {

    FillingStream(File file) throws IOException {
      super(file);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      write(bytes, 0, bytes.length);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (full) {
        super.write(bytes, offset, length / 2);
        REFUSED.incrementAndGet();
        throw new IOException("No space left on device");
      }
      super.write(bytes, offset, length);
    }
  }

  /** Named in {@code META-INF/services}, where Flink looks for file systems. */
  public static final class Factory implements FileSystemFactory {

    @Override
    public String getScheme() {
      return SCHEME;
    }

    @Override
    public FileSystem create(URI address) {
      return new FillingFileSystem();
    }
  }
}
