package io.citytally.local.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SameOriginTest {

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:8080", "localhost:1", "LocalHost", "[::1]:8080"})
  void admitsProgramsAndPagesOfThisMachine(String host) {
    assertThat(SameOrigin.admits(List.of(host), List.of())).isTrue();
    assertThat(SameOrigin.admits(List.of(host), List.of("http://" + host))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "elsewhere.example:8080",
        "localhost.elsewhere.example",
        "127.0.0.1.nip.io",
        "127.0.0.1:8080@elsewhere.example",
        "127.0.0.1\n",
        "127.0.0.2",
        "localhost.",
        ""
      })
  void refusesOtherHosts(String host) {
    assertThat(SameOrigin.admits(List.of(host), List.of())).isFalse();
    assertThat(SameOrigin.admits(List.of(host), List.of("http://" + host))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://elsewhere.example",
        "http://127.0.0.1:9999",
        "http://localhost:8080",
        "https://127.0.0.1:8080",
        "null",
        ""
      })
  void refusesOtherOrigins(String origin) {
    assertThat(SameOrigin.admits(List.of("127.0.0.1:8080"), List.of(origin))).isFalse();
  }

  @Test
  void refusesHeadersThatContradictEachOther() {
    String own = "127.0.0.1:8080";

    assertThat(SameOrigin.admits(List.of(), List.of())).isFalse();
    assertThat(SameOrigin.admits(List.of(own, "elsewhere.example"), List.of())).isFalse();
    assertThat(SameOrigin.admits(List.of(own), List.of("http://" + own, "null"))).isFalse();
  }
}
