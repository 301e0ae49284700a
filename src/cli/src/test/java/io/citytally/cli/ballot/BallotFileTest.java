package io.citytally.cli.ballot;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.citytally.vote.BallotEntry;
import io.citytally.vote.Choice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
  void readsChoices() throws IOException {
    Path file =
        file(
            """
            {"regions": [
              {"region": "Wesoła", "improvements": [
                {"improvement": "pool", "title": "A pool"},
                {"improvement": "park", "title": "%s"}]}]}
            """
                .formatted("long ".repeat(51)));

    assertThat(BallotFile.read(file).entries())
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

    assertThat(BallotFile.read(file).entries())
        .containsEntry(
            new Choice("Wesoła", "crook"), new BallotEntry("A crook", BallotEntry.Status.HIDDEN))
        .containsEntry(new Choice("Wesoła", "pool"), BallotEntry.votable("A pool"));
  }

  @Test
  void readsWhatThePagesShowOfProjects() throws IOException {
    Path file =
        file(
            """
            {"currency": "PLN", "ordered": true, "regions": [
              {"region": "Wesoła", "budget": 120000, "improvements": [
                {"improvement": "pool", "title": {"pl": "Basen", "en": "A pool"},
                 "description": {"pl": "Basen.", "EN": "Deep.\\nAnd blue."}, "cost": 90000,
                 "image": "/projects/pool.jpg", "link": "https://wesola.example/pool?a=1#b",
                 "place": "ul. Żurawia 3"},
                {"improvement": "park", "title": "A park"}]},
              {"region": "Rembertów", "improvements": [
                {"improvement": "oak", "title": "An oak"}]}]}
            """);

    CityBallot ballot = BallotFile.read(file);

    assertThat(ballot.entries())
        .containsEntry(
            new Choice("Wesoła", "pool"),
            new BallotEntry(
                "Basen", Map.of("pl", "Basen", "en", "A pool"), BallotEntry.Status.VOTABLE));
    assertThat(ballot.plan())
        .hasToString(
            "{\"currency\":\"PLN\",\"ordered\":true,\"regions\":["
                + "{\"region\":\"Wesoła\",\"budget\":120000,\"order\":[\"pool\",\"park\"],"
                + "\"projects\":true},{\"region\":\"Rembertów\",\"order\":[\"oak\"]}]}");
    assertThat(ballot.projects().get("Wesoła"))
        .hasToString(
            "{\"pool\":{\"description\":\"Basen.\",\"descriptions\":{\"en\":\"Deep.\\nAnd blue.\","
                + "\"pl\":\"Basen.\"},\"cost\":90000,\"image\":\"/projects/pool.jpg\","
                + "\"link\":\"https://wesola.example/pool?a=1#b\",\"place\":\"ul. Żurawia 3\"}}");
    assertThat(ballot.projects().get("Rembertów")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'link':'http://a.example' | improvements[0].link: \"http://a.example\" is not the https"
            + " address of a page, of at most 2,000 characters. Use for example https://",
        "'link':'javascript:alert(1)'  | is not the https address of a page",
        "'link':'https:alert(1)'       | is not the https address of a page",
        "'link':'https://a.example/ b' | is not the https address of a page",
        "'link':7                      | is not the https address of a page",
        "'image':'https://a.example/b.png' | is not the path of an image of this site. Browsers load"
            + " it from here alone: use for example /projects/benches.jpg",
        "'image':'//a.example/b.png'   | is not the path of an image of this site",
        "'image':'/../b.png'           | is not the path of an image of this site",
        "'image':'/b.html'             | is not the path of an image of this site",
        "'image':3                     | image is not a string",
        "'cost':-1                     | cost: -1 is not an amount. Use a whole number from 0 to"
            + " 1,000,000,000,000, without the currency.",
        "'cost':1.5                    | cost: 1.5 is not an amount",
        "'cost':'7'                    | cost: \"7\" is not an amount",
        "'cost':1000000000001          | is not an amount",
        "'cost':1e99                   | is not an amount",
        "'cost':7                      | currency is missing, but there are costs or budgets. Add it",
        "'place':''                    | place is empty",
        "'description':''              | description must be a text, or texts by language, such as",
        "'description':{}              | description must be a text, or texts by language",
        "'description':7               | description must be a text, or texts by language",
        "'description':{'en':7}        | description: 'en' must be one text. Write each language once.",
        "'description':{'en':'a','EN':'b'} | description: 'EN' must be one text",
        "'description':{'x y':'a'}     | description: 'x y' is not a language. Use its tag of BCP 47",
        "'description':{'':'a'}        | description: '' is not a language",
        "'description':'a\\u0000b'     | description contains a control character. Only the line feed"
      })
  void saysWhatIsWrongWithAProject(String fields, String reason) throws IOException {
    Path file =
        file(
            ("{'regions':[{'region':'a','improvements':[{'improvement':'b','title':'t'," + fields)
                    .replace('\'', '"')
                + "}]}]}");

    assertThatExceptionOfType(BallotFileException.class)
        .isThrownBy(() -> BallotFile.read(file))
        .withMessageStartingWith(file + ": ")
        .withMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'two\\nlines'           | title contains a control character",
        "'two\\u0085lines'       | title contains a control character",
        "'backwards \\u202e txt' | title contains a control character",
        "'isolated \\u2067 txt'  | title contains a control character",
        "'half \\ud800 a pair'   | title contains an unpaired surrogate",
        "{'en':'fine','pl':'a\\tb'} | title.pl contains a control character",
      })
  void refusesATitleThatIsNotALineOfText(String title, String reason) throws IOException {
    assertThatExceptionOfType(BallotFileException.class)
        .isThrownBy(() -> BallotFile.read(titled(title.replace('\'', '"'))))
        .withMessageContaining(
            "regions[0].improvements[0]."
                + reason
                + (reason.endsWith("direction") ? ", such as U+202E" : "")
                + ". Write a title of 1 to 256 characters, in one line.");
  }

  @Test
  void refusesATitleLongerThanAName() throws IOException {
    assertThat(BallotFile.read(titled('"' + "\uD83C\uDF33".repeat(256) + '"')).entries())
        .hasSize(1);
    assertThatExceptionOfType(BallotFileException.class)
        .isThrownBy(() -> BallotFile.read(titled('"' + "x".repeat(257) + '"')))
        .withMessageContaining("title is longer than 256 characters. Write a title of 1 to 256");
  }

  @Test
  void readsATitleWithMarksOfItsDirection() throws IOException {
    assertThat(BallotFile.read(titled("\"حديقة\u200F (A)\"")).entries()).hasSize(1);
  }

  private Path titled(String title) throws IOException {
    return file(
        "{\"regions\":[{\"region\":\"a\",\"improvements\":[{\"improvement\":\"b\",\"title\":"
            + title
            + "}]}]}");
  }

  @Test
  void refusesADescriptionThatNobodyReads() throws IOException {
    Path file =
        file(
            "{\"regions\":[{\"region\":\"a\",\"improvements\":[{\"improvement\":\"b\",\"title\":\"t\","
                + "\"description\":\""
                + "x".repeat(4_001)
                + "\"}]}]}");

    assertThatExceptionOfType(BallotFileException.class)
        .isThrownBy(() -> BallotFile.read(file))
        .withMessageContaining(
            "description has 4,001 characters, and may have 4,000. Shorten it, and give a link");
  }

  /** The texts of a region are one item of DynamoDB. */
  @Test
  void refusesMoreThanFitsIntoATable() throws IOException {
    Random random = new Random(1);
    StringBuilder improvements = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      String description =
          random.ints(4_000, 0x4E00, 0x9000).mapToObj(Character::toString).collect(joining());
      improvements.append(
          "%s{\"improvement\":\"%d\",\"title\":\"t\",\"description\":\"%s\"}"
              .formatted(i == 0 ? "" : ",", i, description));
    }
    Path file = file("{\"regions\":[{\"region\":\"a\",\"improvements\":[" + improvements + "]}]}");

    assertThatExceptionOfType(BallotFileException.class)
        .isThrownBy(() -> BallotFile.read(file))
        .withMessageMatching(
            "(?s).*regions\\[0]: what is said of the improvements of 'a' takes [0-9,]+ bytes,"
                + " compressed; there is room for 380,000. Shorten the texts.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'currency':'gold' | currency: \"gold\" is not a currency. Use its code of ISO 4217, such as",
        "'currency':1      | currency: 1 is not a currency",
        "'ordered':'yes'   | ordered must be true or false"
      })
  void saysWhatIsWrongWithTheWholeBallot(String fields, String reason) throws IOException {
    Path file =
        file(
            ("{"
                    + fields
                    + ",'regions':[{'region':'a','improvements':[{'improvement':'b','title':'t'}]}]}")
                .replace('\'', '"'));

    assertThatExceptionOfType(BallotFileException.class)
        .isThrownBy(() -> BallotFile.read(file))
        .withMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{                    | not proper JSON in line 1, column",
        "{'regions':[]} x     | not proper JSON in line 1, column",
        "[]                   | not a ballot: it is not a JSON object. A ballot file is JSON, as"
            + " `citytally ballot --show` prints it",
        "region;title         | not proper JSON in line 1, column 1: Unrecognized token 'region'",
        "region;title         | turn a table such as CSV into that first. `citytally ballot --help`",
        "{'regions':[]}       | the ballot is empty, which would close voting. Give at least one",
        "{'regions':[],'x':1} | there is no field x. Known here are currency, ordered,"
            + " regions.",
        "{'regions':[{'region':'a','name':'b'}]} | there is no field regions[0].name. Known here are"
            + " region, budget, improvements.",
        "{'regions':[{'region':'a','improvements':[]}]} | regions[0]: the region 'a' has no"
            + " improvements. Give at least one, or leave the region out.",
        "{'regions':[{'region':'a','improvements':[1]}]} | regions[0].improvements[0] must be an object",
        "{'regions':[{'region':'a','improvements':[{'improvement':'b','title':'t'}]},"
            + "{'region':'a','improvements':[{'improvement':'c','title':'t'}]}]} | regions[1]: the"
            + " region 'a' is there already. Put its improvements together.",
        "{'regions':[{'region':'a','improvements':[{'improvement':'b','title':'t','votes':2}]}]} |"
            + " there is no field regions[0].improvements[0].votes. Known here are improvement, title,"
            + " description, cost, image, link, place, hidden.",
        "{'regions':[{'region':'a','improvements':[{'improvement':'b','title':'t','hidden':1}]}]} |"
            + " regions[0].improvements[0].hidden must be true or false",
        "{}                   | regions must be a list",
        "{'regions':{}}       | regions must be a list",
        "{'regions':[1]}      | regions[0] must be an object",
        "{'regions':[{}]}     | regions[0].region is missing",
        "{'regions':[{'region':' ','improvements':[]}]}  | regions[0].region is empty",
        "{'regions':[{'region':'a\\u2066'}]}              | regions[0].region contains a control"
            + " character",
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
