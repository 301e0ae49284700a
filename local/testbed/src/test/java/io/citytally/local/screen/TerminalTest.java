package io.citytally.local.screen;

import static org.assertj.core.api.Assertions.assertThat;

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
  void isNotInteractiveUnlessToldSo() {
    assertThat(Terminal.current().interactive()).isFalse();
  }
}
