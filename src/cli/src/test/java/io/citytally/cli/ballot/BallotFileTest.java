package io.citytally.cli.ballot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
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
                {"improvement": "park", "title": "%s"}]}],
             "voting": {"identity": "capability"}}
            """
                .formatted("long ".repeat(200)));

    assertThat(BallotFile.read(file))
        .containsEntry(new Choice("Wesoła", "pool"), BallotEntry.votable("A pool"))
        .containsKey(new Choice("Wesoła", "park"))
        .hasSize(2);
  }

  @Test
  void readsWhatIsHidden() throws IOException {
    Path file =
        file(
            """
            {"regions": [{"region": "Wesoła", "improvements": [
                {"improvement": "crook", "title": "A crook", "hidden": true},
                {"improvement": "pool", "title": "A pool", "hidden": false}]}]}
            """);

    assertThat(BallotFile.read(file))
        .containsEntry(
            new Choice("Wesoła", "crook"), new BallotEntry("A crook", BallotEntry.Status.HIDDEN))
        .containsEntry(new Choice("Wesoła", "pool"), BallotEntry.votable("A pool"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{                    | not proper JSON in line 1, column",
        "{'regions':[]} x     | not proper JSON in line 1, column",
        "[]                   | not a ballot: it is not a JSON object. A ballot file is JSON, as GET"
            + " /api/ballot answers it",
        "region;title         | not proper JSON in line 1, column 1: Unrecognized token 'region'",
        "region;title         | turn a table such as CSV into that first. `citytally ballot --help`",
        "{'regions':[]}       | the ballot is empty, which would close voting. Give at least one",
        "{'regions':[],'x':1} | there is no field x. Known here are regions, voting.",
        "{'regions':[{'region':'a','name':'b'}]} | there is no field regions[0].name. Known here are"
            + " region, improvements.",
        "{'regions':[{'region':'a','improvements':[]}]} | regions[0]: the region 'a' has no"
            + " improvements. Give at least one, or leave the region out.",
        "{'regions':[{'region':'a','improvements':[1]}]} | regions[0].improvements[0] must be an object",
        "{'regions':[{'region':'a','improvements':[{'improvement':'b','title':'t'}]},"
            + "{'region':'a','improvements':[{'improvement':'c','title':'t'}]}]} | regions[1]: the"
            + " region 'a' is there already. Put its improvements together.",
        "{'regions':[{'region':'a','improvements':[{'improvement':'b','title':'t','votes':2}]}]} |"
            + " there is no field regions[0].improvements[0].votes. Known here are improvement, title,"
            + " hidden.",
        "{'regions':[{'region':'a','improvements':[{'improvement':'b','title':'t','hidden':1}]}]} |"
            + " regions[0].improvements[0].hidden must be true or false",
        "{}                   | regions must be a list",
        "{'regions':{}}       | regions must be a list",
        "{'regions':[1]}      | regions[0] must be an object",
        "{'regions':[{}]}     | regions[0].region is missing",
        "{'regions':[{'region':' ','improvements':[]}]}  | regions[0].region is empty",
        "{'regions':[{'region':'a'}]}                    | regions[0].improvements must be a list",
        "{'regions':[{'region':'a','improvements':[{}]}]} | regions[0].improvements[0].improvement is"
            + " missing",
        "{'regions':[{'region':'a','improvements':[{'improvement':2,'title':'t'}]}]} | improvement is"
            + " not a string",
        "{'regions':[{'region':'a','improvements':[{'improvement':'b'}]}]} |"
            + " regions[0].improvements[0].title must be a text",
        "{'regions':[{'region':'a','improvements':[{'improvement':'b','title':'t'},"
            + "{'improvement':'b','title':'u'}]}]} | regions[0].improvements[1]: the improvement 'b' is"
            + " on the ballot of its region already"
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

    assertThatExceptionOfType(BallotFileException.class)
        .isThrownBy(() -> BallotFile.read(file))
        .withMessageContaining("the file is empty. A ballot file is JSON");
  }
}
