package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.citytally.election.Languages;
import io.citytally.vote.VoteText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextsTest {

  private static final Path FILES =
      Path.of("src/web/src/main/resources/io/citytally/web/pages/text");

  /** Texts of the pages alone. */
  private static final List<String> OF_PAGES = List.of("problem.status");

  private static final Map<String, ?> VALUES =
      Map.of("limit", 1234, "scope", "votes", "header", "Some-Header", "reason", "is empty");

  @Test
  void theKnownLanguagesAreThoseThatHaveTexts() throws Exception {
    try (Stream<Path> files = Files.list(FILES)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Languages.TAGS.stream().map(tag -> tag + ".json").toList());
    }
  }

  @Test
  void everyLanguageHasATitleForEveryProblem() {
    for (String language : Languages.TAGS) {
      Texts texts = Texts.accepted(Optional.of(language));

      assertThat(texts.language()).isEqualTo(language);
      for (Problem problem : Problem.values()) {
        assertThat(texts.say(problem, VALUES)).isNotBlank().doesNotContain("{", "null");
      }
    }
  }

  @Test
  void everyLanguageSaysEveryReason() {
    for (String language : Languages.TAGS) {
      Texts texts = Texts.accepted(Optional.of(language));
      for (VoteText.Reason reason : VoteText.Reason.values()) {
        String title = texts.say(Problem.BAD_REGION, Map.of("reason", reason));

        assertThat(title).isNotBlank().doesNotContain("{", "null");
        if (!language.equals(Languages.DEFAULT)) {
          assertThat(title).doesNotContain(" is ", "contains");
        }
      }
    }
  }

  @Test
  void aReasonIsSaidInTheLanguageOfTheTitle() {
    Map<String, ?> values = Map.of("reason", VoteText.Reason.TOO_LONG);

    assertThat(Texts.accepted(Optional.of("de")).say(Problem.BAD_REGION, values))
        .isEqualTo("Der Stadtteil des Stimmzettels ist länger als 256 Zeichen");
    assertThat(Texts.english().say(Problem.BAD_REGION, values))
        .isEqualTo("The region of the ballot " + VoteText.of("a".repeat(257)).problem());
  }

  @Test
  void everyReasonOfTheTextsIsOneOfAVote() throws Exception {
    JsonNode english = Json.read(Files.readAllBytes(FILES.resolve("en.json")));

    assertThat(english.fieldNames())
        .toIterable()
        .filteredOn(key -> key.startsWith("reason."))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(VoteText.Reason.values()).map(Texts::key).toList());
  }

  @Test
  void everyTitleBelongsToAProblem() throws Exception {
    JsonNode english = Json.read(Files.readAllBytes(FILES.resolve("en.json")));
    List<String> known = Arrays.stream(Problem.values()).map(Problem::key).toList();

    assertThat(english.fieldNames())
        .toIterable()
        .filteredOn(key -> key.startsWith("problem.") && !OF_PAGES.contains(key))
        .containsExactlyInAnyOrderElementsOf(known);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "de                       | de",
        "de-AT, en;q=0.5          | de",
        "ja, pl;q=0.8, en;q=0.9   | en",
        "FR-ca                    | fr",
        "en;q=0, uk               | uk",
        "ja                       | en",
        "*                        | en",
        "'de;;q=x, ,'             | en",
        "arz, de                  | ar",
        "*-CH, fr                 | fr",
        "-                        | en",
        "'de, -'                  | de",
        "'-, de'                  | de",
        "'de,\ten;q=0.5'          | de",
        "'en\t;q=0.5,\tde'        | de",
        "'de, en_US;q=0.8'        | de",
        "'en_US, pl;q=0.1'        | pl",
        "''                       | en"
      })
  void theClientsFavouriteAmongTheKnownLanguagesIsSpoken(String header, String language) {
    assertThat(Texts.accepted(Optional.of(header)).language()).isEqualTo(language);
  }

  /** Java compares a range of many parts in a time that grows far faster than its length. */
  @Test
  void aHeaderThatIsTooLongIsNotRead() {
    String longest = "de" + "-a".repeat(499);

    assertThat(Texts.accepted(Optional.of(longest)).language()).isEqualTo("de");
    assertThat(Texts.accepted(Optional.of(longest + "a")).language()).isEqualTo("en");
  }

  @Test
  void withoutAWishEnglishIsSpoken() {
    assertThat(Texts.accepted(Optional.empty()).language()).isEqualTo("en");
  }

  @Test
  void aValueIsSaidAsTheLanguageSaysIt() {
    assertThat(Texts.accepted(Optional.of("de")).say(Problem.TOO_LONG, Map.of("limit", 65536)))
        .isEqualTo("Ein Stimmzettel ist höchstens 65.536 Bytes lang");
    assertThat(Texts.accepted(Optional.of("ar")).say(Problem.TOO_LONG, Map.of("limit", 65536)))
        .contains(" 65,536 ");
    assertThat(Texts.english().say(Problem.BAD_REGION, Map.of("reason", "$1 {limit}")))
        .isEqualTo("The region of the ballot $1 {limit}");
  }
}
