package io.citytally.local.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.citytally.vote.TallyKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BallotFileTest {

  @TempDir Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("city.json"), text);
  }

  @Test
  void readsABallotAsTheApiShowsIt() throws IOException {
    Path file =
        file(
            """
            {"regions": [
              {"region": "Wesoła", "improvements": [
                {"improvement": "pool", "title": "A pool"},
                {"improvement": "park", "title": "%s"}]},
              {"region": "3 - Les Chalets / Bayard", "improvements": []}],
             "voting": {"identity": "capability"}}
            """
                .formatted("long ".repeat(200)));

    assertThat(BallotFile.read(file))
        .containsEntry(new TallyKey("Wesoła", "pool"), "A pool")
        .containsKey(new TallyKey("Wesoła", "park"))
        .hasSize(2);
  }

  @Test
  void readsAnEmptyBallot() throws IOException {
    assertThat(BallotFile.read(file("{\"regions\": []}"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{                    | not proper JSON in line 1, column",
        "{'regions':[]} x     | not proper JSON in line 1, column",
        "[]                   | regions must be a list",
        "{}                   | regions must be a list",
        "{'regions':{}}       | regions must be a list",
        "{'regions':[1]}      | regions[0].region is missing",
        "{'regions':[{'region':' ','improvements':[]}]}  | regions[0].region is empty",
        "{'regions':[{'region':'a'}]}                    | regions[0].improvements must be a list",
        "{'regions':[{'region':'a','improvements':[{}]}]} | regions[0].improvements[0].improvement is"
            + " missing",
        "{'regions':[{'region':'a','improvements':[{'improvement':2,'title':'t'}]}]} | improvement is"
            + " not a string",
        "{'regions':[{'region':'a','improvements':[{'improvement':'b'}]}]} |"
            + " regions[0].improvements[0].title must be a text",
        "{'regions':[{'region':'a','improvements':[{'improvement':'b','title':'t'},"
            + "{'improvement':'b','title':'u'}]}]} | regions[0].improvements[1] is on the ballot of its"
            + " region already"
      })
  void saysWhereAFileIsNotABallot(String text, String reason) throws IOException {
    Path file = file(text.replace('\'', '"'));

    assertThatExceptionOfType(BallotFileException.class)
        .isThrownBy(() -> BallotFile.read(file))
        .withMessageStartingWith(file + ": ")
        .withMessageContaining(reason);
  }

  /** Nested too deep, or taken for UTF-32, in which it has no such character. */
  @Test
  void refusesAFileThatIsNoJsonAtAll() throws IOException {
    for (String text : List.of("[".repeat(2_000), "\u0000\u0000\u0000[nice")) {
      Path file = file(text);

      assertThatExceptionOfType(BallotFileException.class)
          .isThrownBy(() -> BallotFile.read(file))
          .withMessageStartingWith(file + ": not a ballot: ");
    }
  }

  @Test
  void refusesAnEmptyFile() throws IOException {
    Path file = file("");

    assertThatExceptionOfType(BallotFileException.class).isThrownBy(() -> BallotFile.read(file));
  }
}
