package io.citytally.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesFileTest {

  private static final String SHORTEST =
      "{'name': 'Budget', 'time_zone': 'Europe/Warsaw', 'opens_at': '2027-06-15T08:00',"
          + " 'closes_at': '2027-06-30T20:00', 'voting': 'open'}";

  private static ElectionRules parse(String json) throws RulesException {
    return RulesFile.parse(json.replace('\'', '"'));
  }

  /** The shortest file with further fields, which may take the place of its own. */
  private static String with(String fields) {
    StringBuilder file = new StringBuilder(SHORTEST.replace("}", ""));
    for (String name : Arrays.asList("name", "time_zone", "opens_at", "closes_at", "voting")) {
      if (fields.contains("'" + name + "'")) {
        file = new StringBuilder(file.toString().replaceAll("'" + name + "': '[^']*',? ?", ""));
      }
    }
    String start = file.toString().strip();
    return start + (start.endsWith(",") || start.endsWith("{") ? "" : ",") + fields + "}";
  }

  @Test
  void readsTheShortestFileWithItsDefaults() throws RulesException {
    ElectionRules rules = parse(SHORTEST);

    assertThat(rules.name()).contains("Budget");
    assertThat(rules.timeZone()).contains(ZoneId.of("Europe/Warsaw"));
    assertThat(rules.opensAt()).contains(Instant.parse("2027-06-15T06:00:00Z"));
    assertThat(rules.closesAt()).contains(Instant.parse("2027-06-30T18:00:00Z"));
    assertThat(rules.voting()).isEqualTo(VotingMode.OPEN);
    assertThat(rules.votePer()).isEqualTo(VotePer.REGION);
    assertThat(rules.atMost("anywhere")).isEqualTo(1);
    assertThat(rules.results()).isEqualTo(ShownResults.LIVE);
    assertThat(rules.regionsClaim()).isEmpty();
    assertThat(rules.titleOf("W")).isEqualTo("W");
    assertThat(rules.city()).isEmpty();
    assertThat(rules.logo()).isEmpty();
    assertThat(rules.links()).isEmpty();
    assertThat(rules.languages()).isEmpty();
  }

  @Test
  void readsEveryField() throws RulesException {
    ElectionRules rules =
        parse(
            with(
                "'voting': 'signed-in', 'vote_per': 'region', 'at_most': {'W': 15, 'city': 10},"
                    + " 'results': 'turnout', 'regions_claim': 'districts',"
                    + " 'region_titles': {'W': 'Wesoła'}, 'city': 'Lunden',"
                    + " 'logo': '/logo.svg', 'links': {'help': 'https://lunden.example/help'},"
                    + " 'languages': ['pl', 'en']"));

    assertThat(rules.voting()).isEqualTo(VotingMode.SIGNED_IN);
    assertThat(rules.atMost("W")).isEqualTo(15);
    assertThat(rules.atMost("city")).isEqualTo(10);
    assertThat(rules.atMost("other")).isEqualTo(1);
    assertThat(rules.results()).isEqualTo(ShownResults.TURNOUT);
    assertThat(rules.regionsClaim()).contains("districts");
    assertThat(rules.titleOf("W")).isEqualTo("Wesoła");
    assertThat(rules.city()).contains("Lunden");
    assertThat(rules.logo()).contains("/logo.svg");
    assertThat(rules.links()).isEqualTo(Map.of("help", "https://lunden.example/help"));
    assertThat(rules.languages()).isEqualTo(List.of("pl", "en"));
    assertThat(RulesFile.parse(rules.text())).isEqualTo(rules);
  }

  @Test
  void readsRegionTitlesByLanguageWithTheFirstForAllOthers() throws Exception {
    ElectionRules rules =
        parse(with("'region_titles': {'W': {'pl': 'Wesoła', 'EN': 'Merry'}, 'E': 'East'}"));

    assertThat(rules.titleOf("W")).isEqualTo("Wesoła");
    assertThat(rules.titleOf("E")).isEqualTo("East");
    assertThat(rules.titledRegions()).containsExactly("E", "W");
    assertThat(rules.putTitles(JsonNodeFactory.instance.objectNode(), "W").toString())
        .isEqualTo("{'title':'Wesoła','titles':{'pl':'Wesoła','en':'Merry'}}".replace('\'', '"'));
    assertThat(rules.putTitles(JsonNodeFactory.instance.objectNode(), "E").toString())
        .isEqualTo("{'title':'East'}".replace('\'', '"'));
    assertThat(RulesFile.parse(rules.text())).isEqualTo(rules);
  }

  @Test
  void hasOneTextForEqualRules() throws RulesException {
    ElectionRules rules = parse(with("'at_most': {'b': 2, 'a': 1}, 'results': 'live'"));
    ElectionRules same =
        parse(
            with(
                "'at_most': {'a': 1, 'b': 2}, 'vote_per': 'region',"
                    + " 'opens_at': '2027-06-15T06:00:00Z'"));

    assertThat(rules.text()).isEqualTo(same.text());
    assertThat(rules).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(rules).isNotEqualTo(parse(with("'at_most': {'a': 1, 'b': 3}")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'voting': 'secret'         | voting: 'secret' is none of the values. Use \"signed-in\" or \"open\".",
        "'vote_per': 'house'        | vote_per: 'house' is none of the values. Use \"city\" or \"region\".",
        "'results': 1               | results: 1 is not a string. Write a text of 1 to 256 characters, in quotes.",
        "'name': ''                 | name: \"\" is empty.",
        "'time_zone': 'Lunden'      | time_zone: 'Lunden' is not a time zone. Use for example Europe/Warsaw.",
        "'time_zone': 'UTC+2'       | time_zone: 'UTC+2' is not a time zone.",
        "'time_zone': '+02:00'      | time_zone: '+02:00' is not a time zone.",
        "'opens_at': 'tomorrow'     | opens_at: 'tomorrow' is not a time. Use for example 2027-06-15T08:00.",
        "'opens_at': '2027-07-15T08:00' | closes_at: 2027-06-30T18:00:00Z is not after opens_at",
        "'opens_at': '2027-03-28T02:30' | opens_at: 2027-03-28T02:30 does not exist in Europe/Warsaw",
        "'closes_at': '2027-10-31T02:30' | closes_at: 2027-10-31T02:30 comes twice in Europe/Warsaw. Clocks",
        "'at_most': 0               | at_most: 0 is not a limit. Use a whole number from 1 to 100",
        "'at_most': 101             | at_most: 101 is not a limit",
        "'at_most': 1.5             | at_most: 1.5 is not a limit",
        "'at_most': {'W': '3'}      | at_most: \"3\" is not a limit",
        "'at_most': {'': 3}         | at_most: the region \"\" is empty",
        "'at_most': 2, 'vote_per': 'city' | at_most: with vote_per \"city\", a citizen has one vote, so at_most can only be 1",
        "'at_most': {'W': 1}, 'vote_per': 'city' | at_most: with vote_per \"city\"",
        "'regions_claim': 'd'       | regions_claim: open voting has no claims",
        "'region_titles': ['W']     | region_titles: [\"W\"] is not an object",
        "'region_titles': {'W': {}} | region_titles: {} is not a string. Write a text of 1 to 256",
        "'name': 'two\\nlines'      | contains a control character. Write a text of 1 to 256",
        "'name': 'half \\ud800'     | contains an unpaired surrogate. Write a text of 1 to 256",
        "'name': 'back\\u202ewards' | contains a control character",
        "'city': 'back\\u202ewards' | contains a control character",
        "'region_titles': {'W': {'en': 'a', 'pl': 'a\\u202e'}} | contains a control character. Write"
            + " a text of 1 to 256",
        "'region_titles': {'W': {'x y': 'a'}} | region_titles: 'x y' is not a language. Use its tag",
        "'region_titles': {'W': {'pl': 'a', 'PL': 'b'}} | region_titles: 'PL' occurs twice for 'W'.",
        "'logo': 'https://x.example/a.svg' | logo: 'https://x.example/a.svg' is not a path of this site",
        "'logo': '/../a.svg'        | is not a path of this site",
        "'links': {'home': 'https://a.example'} | links: 'home' is not a link that the pages show",
        "'links': {'help': 'javascript:alert(1)'} | links: 'javascript:alert(1)' is not an address",
        "'languages': 'en'          | languages: \"en\" is not a list of languages",
        "'languages': ['English']   | languages: [\"English\"] is not a list of languages",
        "'languages': ['pl-PL']     | The pages have en, de, fr, es, pl, uk, ar",
        "'languages': ['pl', 'pl']  | is not a list of languages that the pages have, each once",
        "'opens': '2027-06-15T08:00' | opens: there is no such field. The fields are name, time_zone",
        "'voting': 'open', 'voting': 'open' | The rules are not proper JSON: Duplicate field 'voting'"
      })
  void saysWhichFieldIsWrongAndWhatToWrite(String fields, String message) {
    assertThatExceptionOfType(RulesException.class)
        .isThrownBy(() -> parse(with(fields)))
        .withMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}      | voting: the field is missing. Each election needs it; add it.",
        "[]      | The rules are not a JSON object",
        "{       | The rules are not proper JSON",
        "{} {}   | The rules are not proper JSON"
      })
  void refusesWhatIsNoFileOfRules(String json, String message) {
    assertThatExceptionOfType(RulesException.class)
        .isThrownBy(() -> parse(json))
        .withMessageContaining(message);
  }

  /** So the time of an opening is known also in the night when clocks change. */
  @Test
  void takesATimeWithItsOffset() throws RulesException {
    assertThat(parse(with("'closes_at': '2027-10-31T02:30+01:00'")).closesAt())
        .contains(Instant.parse("2027-10-31T01:30:00Z"));
  }
}
