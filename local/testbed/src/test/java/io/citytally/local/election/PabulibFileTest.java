package io.citytally.local.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.citytally.local.election.PabulibFile.Project;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PabulibFileTest {

  private static final String GOOD =
      """
      META
      key;value
      unit;Lunden
      subunit;Łąki
      district;the whole town
      instance;2024
      num_projects;3
      num_votes;3
      vote_type;approval
      comment;a; free; text
      PROJECTS
      project_id;cost;votes;name
      7;1000;2;"A ""bench""; or two"
      8;2000;1;Trees
      9;3000;0;Nothing
      VOTES
      voter_id;vote;age
      a;7,8;30
      b;7;40
      c;;50
      """;

  private static Path file;

  @BeforeAll
  @BeforeContainer
  static void makeFile() throws IOException {
    if (file == null) {
      file = Files.createTempFile("citytally", ".pb");
    }
  }

  @AfterAll
  @AfterContainer
  static void deleteFile() throws IOException {
    Files.deleteIfExists(file);
  }

  private static PabulibFile read(byte[] bytes) throws Exception {
    Files.write(file, bytes);
    return PabulibFile.read(file);
  }

  private static PabulibFile read(String text) throws Exception {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String replace(String old, String by) {
    assertThat(GOOD).contains(old);
    return GOOD.replace(old, by);
  }

  private static void assertRefused(String text, long line, String reason) {
    assertThatExceptionOfType(PabulibException.class)
        .isThrownBy(() -> read(text))
        .satisfies(
            e -> {
              assertThat(e.file()).isEqualTo(file);
              assertThat(e.reason()).contains(reason);
              assertThat(e.line()).isEqualTo(line);
              assertThat(e).hasMessageStartingWith(line == 0 ? file + ": " : file + ":" + line);
            });
  }

  @Test
  void readsADistrict() throws Exception {
    PabulibFile district = read(GOOD);

    assertThat(district.unit()).isEqualTo("Lunden");
    assertThat(district.instance()).isEqualTo("2024");
    assertThat(district.region()).isEqualTo("Łąki");
    assertThat(district.projects())
        .containsExactly(
            new Project("7", "A \"bench\"; or two", 2),
            new Project("8", "Trees", 1),
            new Project("9", "Nothing", 0));
    assertThat(district.voters()).containsExactly("a", "b", "c");
    assertThat(district.votes()).isEqualTo(3);
    assertThat(approvals(district, 0)).containsExactly(0, 1);
    assertThat(approvals(district, 1)).containsExactly(0);
    assertThat(approvals(district, 2)).isEmpty();
  }

  private static int[] approvals(PabulibFile district, int voter) {
    return IntStream.range(0, district.votesOf(voter))
        .map(nth -> district.approvedBy(voter, nth))
        .toArray();
  }

  @Test
  void takesTheDistrictWhereThereIsNoSubunit() throws Exception {
    assertThat(read(replace("subunit;Łąki\n", "")).region()).isEqualTo("the whole town");
  }

  @Test
  void takesTheUnitWhereTheWholeCityVotes() throws Exception {
    String cityWide = replace("subunit;Łąki\ndistrict;the whole town\n", "");

    assertThat(read(cityWide).region()).isEqualTo("Lunden");
  }

  @Test
  void takesChooseOneForApprovalOfOne() throws Exception {
    PabulibFile district =
        read(replace("vote_type;approval", "vote_type;choose-1").replace("a;7,8;30", "a;8,8;30"));

    assertThat(district.votes()).isEqualTo(2);
    assertThat(approvals(district, 0)).containsExactly(1);
  }

  @Test
  void countsAProjectThatABallotNamesTwiceOnce() throws Exception {
    PabulibFile district = read(replace("a;7,8;30", "a;7,8,7,7;30"));

    assertThat(approvals(district, 0)).containsExactly(0, 1);
    assertThat(district.votesByProject()).containsExactly(2, 1, 0);
    assertThat(district.repetitionsOf(0)).isEqualTo(2);
    assertThat(district.repetitionsOf(1)).isZero();
  }

  @Test
  void toleratesAByteOrderMarkAndLineEndsOfWindowsAndBlankLines() throws Exception {
    assertThat(read("\uFEFF" + GOOD.replace("\n", "\r\n") + "\r\n\r\n").votes()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "unit;Lunden\\n                | ''                        | 10 | META has no unit",
        "instance;2024\\n              | ''                        | 10 | META has no instance",
        "num_votes;3\\n                | ''                        | 10 | META has no num_votes",
        "vote_type;approval\\n         | ''                        | 10 | META has no vote_type",
        "subunit;Łąki                  | subunit;                  |  4 | subunit is empty",
        "subunit;Łąki                  | subunit;Łąki; Nord        |  4 | subunit holds a semicolon",
        "unit;Lunden                   | unit;Lunden\\nunit;Lunden |  4 | unit occurs twice",
        "unit;Lunden                   | unit                      |  3 | a row of META must have the form key;value",
        "vote_type;approval            | vote_type;ordinal         |  9 | the vote_type is ordinal: only approval can be",
        "vote_type;approval            | vote_type;cumulative      |  9 | the vote_type is cumulative: only approval can be",
        "vote_type;approval            | vote_type;choose-2        |  9 | the vote_type is choose-2: only approval can be",
        "vote_type;approval            | vote_type;choose-1        | 18 | the vote names 2 projects, but choose-1",
        "num_votes;3                   | num_votes;three           |  8 | num_votes is three",
        "num_votes;3                   | num_votes;4               |  8 | num_votes is 4, but there are 3 voters",
        "num_projects;3                | num_projects;2            |  7 | num_projects is 2, but there are 3 projects",
        "META\\n                       | ''                        |  1 | META must come first",
        "key;value\\n                  | key\\n                    |  2 | META has no column value",
        "key;value\\n                  | key;value;key\\n          |  2 | the column key occurs twice",
        "PROJECTS                      | VOTES                     | 11 | in this order",
        "PROJECTS                      | META                      | 11 | in this order",
        "project_id;cost;votes;name    | project_id;cost;name      | 12 | PROJECTS has no column votes",
        "project_id;cost;votes;name    | project_id;cost;votes     | 12 | PROJECTS has no column name",
        "project_id;cost;votes;name\\n | ''                        | 12 | PROJECTS has no column project_id",
        "voter_id;vote;age             | voter_id;age              | 17 | VOTES has no column vote",
        "8;2000;1;Trees                | 8;2000;1                  | 14 | the row has 3 fields",
        "8;2000;1;Trees                | 8;2000;1;Trees;x          | 14 | the row has 5 fields",
        "8;2000;1;Trees                | 7;2000;1;Trees            | 14 | the project 7 occurs twice",
        "8;2000;1;Trees                | ;2000;1;Trees             | 14 | project_id is empty",
        "8;2000;1;Trees                | 8,9;2000;1;Trees          | 14 | holds a comma",
        "8;2000;1;Trees                | 8;2000;1;                 | 14 | the project 8 has no name",
        "8;2000;1;Trees                | 8;2000;-1;Trees           | 14 | votes is -1",
        "8;2000;1;Trees                | 8;2000;1.0;Trees          | 14 | votes is 1.0",
        "8;2000;1;Trees                | \\n8;2000;x;Trees          | 15 | votes is x",
        "8;2000;1;Trees                | 8;2000;;Trees             | 14 | votes is ,",
        "8;2000;1;Trees                | 8;2000;1;\"Trees\" here   | 14 | broken quoting",
        "8;2000;1;Trees                | 8;2000;1;\"Trees          | 14 | broken quoting",
        "8;2000;1;Trees                | 8\u0007;2000;1;Trees      | 14 | project_id holds a control character",
        "a;7,8;30                      | a;7,5;30                  | 18 | the project 5, which is not among",
        "a;7,8;30                      | a;7,,8;30                 | 18 | a comma with nothing before or after it",
        "a;7,8;30                      | ;7,8;30                   | 18 | voter_id is empty",
        "a;7,8;30                      | a;7,8                     | 18 | the row has 2 fields",
        "b;7;40                        | a;7;40                    | 19 | the voter a occurs twice"
      })
  void refusesABrokenFileWithLineAndReason(String old, String by, long line, String reason) {
    assertRefused(replace(old.replace("\\n", "\n"), by.replace("\\n", "\n")), line, reason);
  }

  @Test
  void refusesAFileThatEndsTooEarly() {
    assertRefused("", 0, "the file is empty");
    assertRefused(" \n\n", 0, "the file is empty");
    assertRefused(GOOD.substring(0, GOOD.indexOf("PROJECTS")), 11, "PROJECTS is missing");
    assertRefused(GOOD.substring(0, GOOD.indexOf("VOTES")), 16, "VOTES is missing");
    assertRefused(GOOD.substring(0, GOOD.indexOf("voter_id")), 17, "no line with its columns");
    assertRefused(GOOD.substring(0, GOOD.indexOf("c;;50")), 8, "but there are 2 voters");
  }

  @Test
  void refusesAnIdThatTheJobWouldReject() {
    assertRefused(
        replace("subunit;Łąki", "subunit;" + "x".repeat(257)), 4, "longer than 256 characters");
  }

  @Test
  void refusesAFileThatIsNotInUtf8() throws Exception {
    byte[] latin1 = GOOD.replace("Łąki", "Môle").getBytes(StandardCharsets.ISO_8859_1);

    assertThatExceptionOfType(PabulibException.class)
        .isThrownBy(() -> read(latin1))
        .withMessageContaining(":4: the file is not in UTF-8");
  }

  @Test
  void refusesAFileThatIsNotThere() {
    assertThatExceptionOfType(PabulibException.class)
        .isThrownBy(() -> PabulibFile.read(Path.of("no-such-file.pb")))
        .withMessage("no-such-file.pb: there is no such file");
  }

  /** What is wrong is either told as such, or the file is one that adds up. */
  private static void readOrRefuse(byte[] bytes) throws Exception {
    try {
      PabulibFile district = read(bytes);
      assertThat(district.voters()).doesNotHaveDuplicates();
      assertThat(district.projects()).extracting(Project::id).doesNotHaveDuplicates();
    } catch (PabulibException e) {
      assertThat(e.reason()).isNotBlank();
    }
  }

  @Property(tries = 300)
  void neverFailsOtherwiseWhereABlockOfBytesIsLost(
      @ForAll @IntRange(max = 400) int from, @ForAll @IntRange(min = 1, max = 60) int length)
      throws Exception {
    List<Byte> bytes = new ArrayList<>();
    byte[] good = GOOD.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < good.length; i++) {
      if (i < from || i >= from + length) {
        bytes.add(good[i]);
      }
    }
    byte[] broken = new byte[bytes.size()];
    for (int i = 0; i < broken.length; i++) {
      broken[i] = bytes.get(i);
    }

    readOrRefuse(broken);
  }

  @Property(tries = 500)
  void neverFailsOtherwiseWhereAByteIsWrong(@ForAll @IntRange(max = 400) int at, @ForAll byte wrong)
      throws Exception {
    byte[] broken = GOOD.getBytes(StandardCharsets.UTF_8);
    broken[at % broken.length] = wrong;

    readOrRefuse(broken);
  }

  @Property(tries = 300)
  void neverFailsOtherwiseWhereTwoLinesAreSwapped(
      @ForAll @IntRange(max = 19) int one, @ForAll @IntRange(max = 19) int other) throws Exception {
    String[] lines = GOOD.split("\n");
    String line = lines[one];
    lines[one] = lines[other];
    lines[other] = line;

    readOrRefuse(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  @Property(tries = 200)
  void neverFailsOtherwiseOnGarbage(@ForAll byte[] garbage) throws Exception {
    readOrRefuse(garbage);
  }
}
