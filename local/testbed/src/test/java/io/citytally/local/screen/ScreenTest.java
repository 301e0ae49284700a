package io.citytally.local.screen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private Terminal terminal = new Terminal(true, 80, 24);
  private Screen.Picture picture = picture("one", "two");

  private static Screen.Picture picture(String... lines) {
    return new Screen.Picture() {
      @Override
      public List<String> draw(int columns, int rows) {
        return List.of(lines).subList(0, Math.min(rows, lines.length));
      }

      @Override
      public String line() {
        return String.join(" ", lines);
      }
    };
  }

  private Screen screen() {
    return new Screen(out, () -> terminal, () -> picture);
  }

  private String printed() {
    String text = bytes.toString(StandardCharsets.UTF_8).replace("\u001b", "ESC");
    bytes.reset();
    return text;
  }

  @Test
  void drawsOverThePictureBefore() {
    Screen screen = screen();

    screen.show();
    assertThat(printed()).isEqualTo("oneESC[K\ntwoESC[K\nESC[J");

    picture = picture("three");
    screen.show();
    assertThat(printed()).isEqualTo("ESC[2AthreeESC[K\nESC[J");

    screen.show();
    assertThat(printed()).startsWith("ESC[1A");
  }

  @Test
  void clearsAllWhereTheTerminalHasAnotherWidthNow() {
    Screen screen = screen();
    screen.show();
    printed();

    terminal = new Terminal(true, 40, 24);
    screen.show();

    assertThat(printed()).startsWith("ESC[2JESC[Hone");
  }

  @Test
  void keepsTheLastRowFree() {
    terminal = new Terminal(true, 80, 2);

    screen().show();

    assertThat(printed()).isEqualTo("oneESC[K\nESC[J");
  }

  @Test
  void printsLinesThatStayAboveThePicture() {
    Screen screen = screen();
    screen.show();
    printed();

    screen.print(List.of("a crash"));
    screen.show();

    assertThat(printed()).isEqualTo("\rESC[2AESC[Ja crash\noneESC[K\ntwoESC[K\nESC[J");
  }

  @Test
  void printsPlainLinesWhereThereIsNoTerminal() {
    terminal = Terminal.none();

    screen().show();

    assertThat(printed()).isEqualTo("one two\n");
  }

  @Test
  void showsOnAndOnUntilClosedAndOnceMoreThen() {
    terminal = Terminal.none();
    Screen screen = screen().start(Duration.ofHours(1), Duration.ofMillis(1));
    await().until(() -> bytes.toString(StandardCharsets.UTF_8).lines().count() > 2);

    synchronized (screen) {
      // Else the timer may show it, too, before the screen is closed.
      picture = picture("last");
      screen.close();
    }
    screen.show();

    assertThat(printed()).endsWith("last\n").containsOnlyOnce("last\n");
  }

  @Test
  void goesOnAfterAFailure() {
    terminal = Terminal.none();
    Screen screen =
        new Screen(
            out,
            () -> terminal,
            () -> {
              if (bytes.size() == 0) {
                out.println("failing");
                throw new IllegalStateException("the table is away, on purpose");
              }
              return picture;
            });

    screen.start(Duration.ofHours(1), Duration.ofMillis(1));

    await().until(() -> bytes.toString(StandardCharsets.UTF_8).contains("one two"));
    screen.close();
  }
}
