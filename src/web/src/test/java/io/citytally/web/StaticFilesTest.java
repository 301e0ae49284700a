package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StaticFilesTest {

  private static final Request REQUEST = new Request("GET", "/", Map.of(), new byte[0], Map.of());

  private final StaticFiles files = new StaticFiles();

  @ParameterizedTest
  @CsvSource({
    "index.html,text/html; charset=utf-8",
    "citytally.css,text/css; charset=utf-8",
    "vote.js,text/javascript; charset=utf-8",
    "favicon.svg,image/svg+xml",
    "openapi.json,application/json"
  })
  void knowsWhatAFileIs(String file, String type) {
    assertThat(files.get(REQUEST, file).headers())
        .containsEntry("Content-Type", type)
        .containsEntry("Cache-Control", "no-cache")
        .containsKey("ETag");
  }

  @Test
  void findsNothingAtAPathOfAnyLength() {
    String path = "a/".repeat(100_000) + "b.js";

    assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> files.get(REQUEST, path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "js",
        ".js",
        "a/.js",
        "js/",
        "../pages/vote.js",
        "./vote.js",
        "/vote.js",
        "x//vote.js",
        "vote.js/",
        "vote.js/js",
        "v%6fte.js",
        "vote.JS",
        "vote.",
        "vote"
      })
  void findsNothingByAPathThatNoFileHas(String path) {
    assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> files.get(REQUEST, path));
  }

  /** Flink's web server looks there, and would show our page for its own. */
  @Test
  void standsWhereNobodyElseLooksForPages() {
    assertThat(StaticFiles.class.getResource("/web/index.html")).isNull();
  }
}
