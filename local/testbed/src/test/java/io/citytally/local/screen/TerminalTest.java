package io.citytally.local.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalTest {

  @Test
  void hasTheSizeThatSttyTells() {
    assertThat(Terminal.sized("50 132\n")).isEqualTo(new Terminal(true, 132, 50));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0 80", "24 0", "50", "fifty 132", "50 999999"})
  void hasTheUsualSizeWhereSttyTellsNone(String size) {
    assertThat(Terminal.sized(size)).isEqualTo(new Terminal(true, 80, 24));
  }

  @Test
  void asksForTheSizeEveryThreeSeconds() {
    AtomicLong now = new AtomicLong();
    Iterator<Terminal> answers =
        List.of(Terminal.sized("50 132"), Terminal.sized("24 80")).iterator();
    Supplier<Terminal> terminal = Terminal.refreshed(answers::next, now::get);

    assertThat(terminal.get().columns()).isEqualTo(132);
    now.set(2_999_999_999L);
    assertThat(terminal.get().columns()).isEqualTo(132);
    now.set(3_000_000_000L);
    assertThat(terminal.get().columns()).isEqualTo(80);
  }

  @Test
  void isNotInteractiveUnlessToldSo() {
    assertThat(Terminal.current().interactive()).isFalse();
  }
}
