package io.citytally.local.election;

import io.citytally.vote.VoteChange;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The election of one district, or of a whole city, in the {@code .pb} format of the participatory
 * budgeting library Pabulib (Stolicki, Szufa, Talmon: "Pabulib: A Participatory Budgeting Library",
 * arXiv 2012.06539).
 *
 * <p>Such a file has three sections, each a line with its name, a line with its columns, then its
 * rows, separated by semicolons, in CSV quoting:
 *
 * <pre>
 * META                          what is voted on, where and when
 * key;value
 * unit;Lunden
 * ...
 * PROJECTS                      the improvements, with the votes that the city published
 * project_id;cost;votes;name
 * 88;55000;9;Benches
 * ...
 * VOTES                         one line per voter, with the projects approved of
 * voter_id;vote
 * 7-13;81,88
 * </pre>
 *
 * <p>Approval ballots can be counted one by one: {@code vote_type;approval}, or {@code choose-1},
 * where a ballot approves of at most one project. A file of another type, or one that breaks a rule
 * of the format, is refused as a whole. A ballot that approves of nothing casts no vote. A project
 * that a ballot names more than once gets one vote from it.
 *
 * <p>A big city casts a million votes, so they are held as indexes in two arrays, not as objects.
 */
final class PabulibFile {

  /**
   * An improvement that could be voted for.
   *
   * @param published the votes that it got, as the city published them
   */
  record Project(String id, String title, long published) {}

  private final Path path;
  private final String instance;
  private final String unit;
  private final String region;
  private final List<Project> projects;
  private final List<String> voters;
  private final int[] firstVoteOf;
  private final int[] approved;
  private final int[] repetitions;

  private PabulibFile(
      Path path,
      String instance,
      String unit,
      String region,
      List<Project> projects,
      List<String> voters,
      int[] firstVoteOf,
      int[] approved,
      int[] repetitions) {
    this.path = path;
    this.instance = instance;
    this.unit = unit;
    this.region = region;
    this.projects = List.copyOf(projects);
    this.voters = List.copyOf(voters);
    this.firstVoteOf = firstVoteOf;
    this.approved = approved;
    this.repetitions = repetitions;
  }

  /**
   * Reads and checks the whole file.
   *
   * @throws PabulibException if there is anything in it that can't be counted, or that contradicts
   *     itself
   */
  static PabulibFile read(Path path) throws PabulibException {
    return new Reader(path).read();
  }

  Path path() {
    return path;
  }

  /** Which of the unit's elections it is, mostly the year. */
  String instance() {
    return instance;
  }

  /** The city. */
  String unit() {
    return unit;
  }

  /**
   * The district: {@code subunit}, or else {@code district}; the {@code unit} where the file has
   * neither, because the whole city voted.
   */
  String region() {
    return region;
  }

  List<Project> projects() {
    return projects;
  }

  List<String> voters() {
    return voters;
  }

  /** The number of votes: pairs of a voter and a project. */
  int votes() {
    return approved.length;
  }

  /** How many projects the voter of this index approves of. */
  int votesOf(int voter) {
    return firstVoteOf[voter + 1] - firstVoteOf[voter];
  }

  /** The index, in {@link #projects}, of the nth project that the voter approves of. */
  int approvedBy(int voter, int nth) {
    return approved[firstVoteOf[voter] + nth];
  }

  /** How many votes each project got, by its index in {@link #projects}. */
  long[] votesByProject() {
    long[] votes = new long[projects.size()];
    for (int project : approved) {
      votes[project]++;
    }
    return votes;
  }

  /**
   * How often ballots name the project again after the first time.
   *
   * @param project its index in {@link #projects}
   */
  int repetitionsOf(int project) {
    return repetitions[project];
  }

  private static final class Reader {

    private static final List<String> SECTIONS = List.of("META", "PROJECTS", "VOTES");
    private static final String APPROVAL = "approval";
    private static final String APPROVAL_OF_ONE = "choose-1";
    private static final CSVFormat FORMAT =
        CSVFormat.DEFAULT.builder().setDelimiter(';').setIgnoreEmptyLines(false).build();

    private final Path path;

    /** Where the record that is being read begins. */
    private long line;

    private int section = -1;
    private Map<String, Integer> columns;

    private final Map<String, Row> meta = new HashMap<>();
    private final Map<String, Integer> indexOfProject = new HashMap<>();
    private final List<Project> projects = new ArrayList<>();
    private final Set<String> knownVoters = new HashSet<>();
    private final List<String> voters = new ArrayList<>();
    private int[] firstVoteOf = new int[1];
    private int[] approved = new int[0];
    private int votes;
    private int[] repetitions = new int[0];
    private boolean oneChoice;

    private record Row(long line, List<String> values) {}

    Reader(Path path) {
      this.path = path;
    }

    PabulibFile read() throws PabulibException {
      String text = decode(bytes());
      if (text.isBlank()) {
        throw new PabulibException(path, 0, "the file is empty");
      }
      try (CSVParser parser = FORMAT.parse(new StringReader(text))) {
        Iterator<CSVRecord> records = parser.iterator();
        line = 1;
        while (records.hasNext()) {
          take(records.next());
          line = parser.getCurrentLineNumber() + 1;
        }
      } catch (IOException e) {
        throw refusal("broken quoting: " + e.getMessage());
      } catch (UncheckedIOException e) {
        throw refusal("broken quoting: " + e.getCause().getMessage());
      }
      return finish();
    }

    private byte[] bytes() throws PabulibException {
      try {
        return Files.readAllBytes(path);
      } catch (NoSuchFileException e) {
        throw new PabulibException(path, 0, "there is no such file");
      } catch (IOException e) {
        throw new PabulibException(path, 0, "the file can't be read: " + e.getMessage());
      }
    }

    private String decode(byte[] bytes) throws PabulibException {
      CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
      ByteBuffer in = ByteBuffer.wrap(bytes);
      CharBuffer out = CharBuffer.allocate(bytes.length);
      CoderResult result = decoder.decode(in, out, true);
      if (result.isError()) {
        long lineOfError = 1;
        for (int i = 0; i < in.position(); i++) {
          lineOfError += bytes[i] == '\n' ? 1 : 0;
        }
        throw new PabulibException(path, lineOfError, "the file is not in UTF-8");
      }
      String text = out.flip().toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private void take(CSVRecord fields) throws PabulibException {
      if (fields.size() == 1 && fields.get(0).isBlank()) {
        return;
      }
      if (fields.size() == 1 && SECTIONS.contains(fields.get(0).strip())) {
        enter(SECTIONS.indexOf(fields.get(0).strip()));
      } else if (section < 0) {
        throw refusal("the section META must come first");
      } else if (columns == null) {
        header(fields);
      } else if (section == 0) {
        metaRow(fields);
      } else if (fields.size() != columns.size()) {
        throw refusal(
            "the row has "
                + fields.size()
                + " fields, but the section "
                + SECTIONS.get(section)
                + " has "
                + columns.size()
                + " columns");
      } else if (section == 1) {
        projectRow(fields);
      } else {
        voteRow(fields);
      }
    }

    private void enter(int next) throws PabulibException {
      if (next != section + 1) {
        throw refusal("the sections must be META, PROJECTS and VOTES, in this order, once each");
      }
      requireHeader();
      if (next == 1) {
        checkMeta();
      } else if (next == 2) {
        repetitions = new int[projects.size()];
      }
      section = next;
      columns = null;
    }

    private void requireHeader() throws PabulibException {
      if (section >= 0 && columns == null) {
        throw refusal("the section " + SECTIONS.get(section) + " has no line with its columns");
      }
    }

    private void header(CSVRecord fields) throws PabulibException {
      columns = new HashMap<>();
      for (int i = 0; i < fields.size(); i++) {
        if (columns.put(fields.get(i).strip(), i) != null) {
          throw refusal("the column " + fields.get(i).strip() + " occurs twice");
        }
      }
      List<String> required =
          List.of(
                  List.of("key", "value"),
                  List.of("project_id", "votes", "name"),
                  List.of("voter_id", "vote"))
              .get(section);
      for (String column : required) {
        if (!columns.containsKey(column)) {
          throw refusal("the section " + SECTIONS.get(section) + " has no column " + column);
        }
      }
    }

    /** Free text, such as a comment, may hold semicolons: the number of fields is not checked. */
    private void metaRow(CSVRecord fields) throws PabulibException {
      if (fields.size() < 2) {
        throw refusal("a row of META must have the form key;value");
      }
      String key = fields.get(0).strip();
      if (meta.put(key, new Row(line, fields.toList().subList(1, fields.size()))) != null) {
        throw refusal(key + " occurs twice");
      }
    }

    private void checkMeta() throws PabulibException {
      String type = metaValue("vote_type");
      oneChoice = type.equals(APPROVAL_OF_ONE);
      if (!oneChoice && !type.equals(APPROVAL)) {
        throw new PabulibException(
            path,
            meta.get("vote_type").line,
            "the vote_type is " + type + ": only approval can be counted vote by vote");
      }
      metaValue("instance");
      metaValue("unit");
      metaValue(regionKey());
      metaNumber("num_projects");
      metaNumber("num_votes");
    }

    private String regionKey() {
      if (meta.containsKey("subunit")) {
        return "subunit";
      }
      return meta.containsKey("district") ? "district" : "unit";
    }

    private String metaValue(String key) throws PabulibException {
      Row row = meta.get(key);
      if (row == null) {
        throw refusal("META has no " + key);
      }
      if (row.values.size() > 1) {
        throw new PabulibException(
            path, row.line, key + " holds a semicolon, and is not in quotation marks");
      }
      return text(row.line, key, row.values.get(0));
    }

    private long metaNumber(String key) throws PabulibException {
      return number(meta.containsKey(key) ? meta.get(key).line : line, key, metaValue(key));
    }

    private void projectRow(CSVRecord fields) throws PabulibException {
      String id = text(line, "project_id", fields.get(columns.get("project_id")));
      if (id.indexOf(',') >= 0) {
        throw refusal("the project_id " + id + " holds a comma, which separates ids in a vote");
      }
      if (indexOfProject.put(id, projects.size()) != null) {
        throw refusal("the project " + id + " occurs twice");
      }
      String title = fields.get(columns.get("name")).strip();
      if (title.isEmpty()) {
        throw refusal("the project " + id + " has no name");
      }
      projects.add(
          new Project(id, title, number(line, "votes", fields.get(columns.get("votes")).strip())));
    }

    private void voteRow(CSVRecord fields) throws PabulibException {
      String voter = text(line, "voter_id", fields.get(columns.get("voter_id")));
      if (!knownVoters.add(voter)) {
        throw refusal("the voter " + voter + " occurs twice");
      }
      String ballot = fields.get(columns.get("vote")).strip();
      int first = votes;
      for (String part : ballot.isEmpty() ? new String[0] : ballot.split(",", -1)) {
        approve(first, part.strip());
      }
      if (oneChoice && votes - first > 1) {
        throw refusal(
            "the vote names " + (votes - first) + " projects, but choose-1 allows only one");
      }
      voters.add(voter);
      if (firstVoteOf.length == voters.size()) {
        firstVoteOf = Arrays.copyOf(firstVoteOf, 2 * firstVoteOf.length);
      }
      firstVoteOf[voters.size()] = votes;
    }

    private void approve(int firstOfBallot, String id) throws PabulibException {
      Integer project = indexOfProject.get(id);
      if (project == null) {
        throw refusal(
            id.isEmpty()
                ? "the vote has a comma with nothing before or after it"
                : "the vote names the project " + id + ", which is not among the PROJECTS");
      }
      for (int i = firstOfBallot; i < votes; i++) {
        if (approved[i] == project) {
          repetitions[project]++;
          return;
        }
      }
      if (approved.length == votes) {
        approved = Arrays.copyOf(approved, Math.max(1024, 2 * votes));
      }
      approved[votes++] = project;
    }

    private PabulibFile finish() throws PabulibException {
      if (section < 2) {
        throw refusal("the section " + SECTIONS.get(section + 1) + " is missing");
      }
      requireHeader();
      requireCount("num_projects", projects.size(), "projects");
      requireCount("num_votes", voters.size(), "voters");
      return new PabulibFile(
          path,
          metaValue("instance"),
          metaValue("unit"),
          metaValue(regionKey()),
          projects,
          voters,
          Arrays.copyOf(firstVoteOf, voters.size() + 1),
          Arrays.copyOf(approved, votes),
          repetitions);
    }

    private void requireCount(String key, int found, String what) throws PabulibException {
      long announced = metaNumber(key);
      if (announced != found) {
        throw new PabulibException(
            path,
            meta.get(key).line,
            key + " is " + announced + ", but there are " + found + " " + what);
      }
    }

    /** What becomes a key of the tables must be what the job accepts as one. */
    private String text(long where, String what, String value) throws PabulibException {
      String text = value.strip();
      if (text.isEmpty()) {
        throw new PabulibException(path, where, what + " is empty");
      }
      if (text.codePointCount(0, text.length()) > VoteChange.MAX_TEXT_LENGTH) {
        throw new PabulibException(
            path, where, what + " is longer than " + VoteChange.MAX_TEXT_LENGTH + " characters");
      }
      if (text.codePoints().anyMatch(Character::isISOControl)) {
        throw new PabulibException(path, where, what + " holds a control character");
      }
      return text;
    }

    private long number(long where, String what, String value) throws PabulibException {
      if (!value.matches("[0-9]{1,9}")) {
        throw new PabulibException(
            path, where, what + " is " + value + ", which is not a whole number from 0");
      }
      return Long.parseLong(value);
    }

    private PabulibException refusal(String reason) {
      return new PabulibException(path, line, reason);
    }
  }
}
