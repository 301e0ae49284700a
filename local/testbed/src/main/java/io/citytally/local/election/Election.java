package io.citytally.local.election;

import io.citytally.local.cloud.CastBallot;
import io.citytally.local.cloud.CastVote;
import io.citytally.vote.Choice;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;

/**
 * The election of a whole city: its districts' files together, each vote to be cast one by one.
 *
 * <p>A file holds its result twice: the totals that the city published, and the ballots. Where the
 * two contradict each other, the ballots are what is cast, so {@link #totals} follows them, and
 * {@link #remarks} names the contradiction.
 */
public final class Election {

  /** How many of the published totals that a file contradicts are named. */
  private static final int MAX_REMARKS = 5;

  private final List<PabulibFile> districts;
  private final List<Choice[]> choices = new ArrayList<>();
  private final Map<Choice, Long> published = new LinkedHashMap<>();
  private final Map<Choice, Long> totals = new LinkedHashMap<>();
  private final Map<Choice, String> titles = new LinkedHashMap<>();
  private final Map<String, List<String>> improvements = new LinkedHashMap<>();

  /** The number of ballots in the districts before each one, and in all of them. */
  private final int[] firstBallotOf;

  private final long votes;

  private Election(List<PabulibFile> districts) {
    this.districts = List.copyOf(districts);
    firstBallotOf = new int[districts.size() + 1];
    long votes = 0;
    for (int i = 0; i < districts.size(); i++) {
      PabulibFile district = districts.get(i);
      Choice[] keys = new Choice[district.projects().size()];
      long[] cast = district.votesByProject();
      for (int p = 0; p < keys.length; p++) {
        PabulibFile.Project project = district.projects().get(p);
        keys[p] = new Choice(district.region(), project.id());
        totals.put(keys[p], cast[p]);
        published.put(keys[p], publishedOnce(project, cast[p], district.repetitionsOf(p)));
        titles.put(keys[p], project.title());
        improvements
            .computeIfAbsent(district.region(), region -> new ArrayList<>())
            .add(project.id());
      }
      choices.add(keys);
      firstBallotOf[i + 1] = Math.addExact(firstBallotOf[i], district.voters().size());
      votes += district.votes();
    }
    this.votes = votes;
  }

  /** Cities differ in whether a project that a ballot names twice was counted twice. */
  private static long publishedOnce(PabulibFile.Project project, long cast, int repetitions) {
    return project.published() == cast ? cast : project.published() - repetitions;
  }

  /**
   * Reads all files, and checks that they fit together.
   *
   * @throws PabulibException if one of them is broken, or if two hold the same improvement of the
   *     same region, or the same voter of the same district
   */
  public static Election read(List<Path> files) throws PabulibException {
    List<PabulibFile> districts = new ArrayList<>();
    Map<Choice, PabulibFile> fileOf = new HashMap<>();
    Map<List<String>, PabulibFile> fileOfVoter = new HashMap<>();
    for (Path path : files) {
      PabulibFile file = PabulibFile.read(path);
      for (PabulibFile.Project project : file.projects()) {
        requireNew(fileOf, new Choice(file.region(), project.id()), file, "improvement");
      }
      for (String voter : file.voters()) {
        List<String> key = List.of(file.instance(), file.unit(), file.region(), voter);
        requireNew(fileOfVoter, key, file, "voter");
      }
      districts.add(file);
    }
    return new Election(districts);
  }

  private static <K> void requireNew(
      Map<K, PabulibFile> known, K key, PabulibFile file, String what) throws PabulibException {
    PabulibFile other = known.put(key, file);
    if (other != null) {
      throw new PabulibException(
          file.path(), 0, "the " + what + " " + key + " is also in " + other.path());
    }
  }

  /** The number of votes: pairs of a voter and a project. */
  public long votes() {
    return votes;
  }

  /** The number of people who voted. */
  public int voters() {
    return firstBallotOf[districts.size()];
  }

  /**
   * The result as the city published it, less the repetitions within a ballot; with the
   * improvements that nobody voted for.
   */
  public Map<Choice, Long> published() {
    return Collections.unmodifiableMap(published);
  }

  /**
   * The result that the ballots give, with the improvements that nobody voted for: what a count of
   * {@link #votesInOrder} must come to.
   */
  public Map<Choice, Long> totals() {
    return Collections.unmodifiableMap(totals);
  }

  /** How many published totals the file's own ballots contradict. */
  public long contradictions() {
    return totals.keySet().stream()
        .filter(key -> !totals.get(key).equals(published.get(key)))
        .count();
  }

  /** What is odd in the files, a line each: repetitions within a ballot, and contradictions. */
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    for (int i = 0; i < districts.size(); i++) {
      PabulibFile file = districts.get(i);
      int repetitions = 0;
      List<Choice> contradicted = new ArrayList<>();
      for (int p = 0; p < file.projects().size(); p++) {
        repetitions += file.repetitionsOf(p);
        Choice key = choices.get(i)[p];
        if (!totals.get(key).equals(published.get(key))) {
          contradicted.add(key);
        }
      }
      if (repetitions > 0) {
        remarks.add(
            "%s: ballots name a project again, %d %s; each ballot counts once for a project"
                .formatted(file.path(), repetitions, repetitions == 1 ? "time" : "times"));
      }
      for (Choice key : contradicted.subList(0, Math.min(MAX_REMARKS, contradicted.size()))) {
        remarks.add(
            "%s: warning: %s has %d votes as published, but %d in the file's own ballots"
                .formatted(file.path(), key, published.get(key), totals.get(key)));
      }
      if (contradicted.size() > MAX_REMARKS) {
        remarks.add(
            "%s: warning: so have %d more totals"
                .formatted(file.path(), contradicted.size() - MAX_REMARKS));
      }
    }
    return remarks;
  }

  /** How many voters of each region voted for something: what its turnout must come to. */
  public Map<String, Long> turnout() {
    Map<String, Long> turnout = new LinkedHashMap<>();
    for (PabulibFile district : districts) {
      for (int voter = 0; voter < district.voters().size(); voter++) {
        if (district.votesOf(voter) > 0) {
          turnout.merge(district.region(), 1L, Long::sum);
        }
      }
    }
    return turnout;
  }

  /** How many votes each region has: its turnout if each vote is a ballot of its own. */
  public Map<String, Long> votesByRegion() {
    Map<String, Long> votes = new LinkedHashMap<>();
    totals.forEach((choice, cast) -> votes.merge(choice.region, cast, Long::sum));
    return votes;
  }

  /** The most votes that a voter has given. */
  public int largestBallot() {
    int largest = 0;
    for (PabulibFile district : districts) {
      for (int voter = 0; voter < district.voters().size(); voter++) {
        largest = Math.max(largest, district.votesOf(voter));
      }
    }
    return largest;
  }

  /** The name of each improvement. */
  public Map<Choice, String> titles() {
    return Collections.unmodifiableMap(titles);
  }

  /**
   * All votes, in the order in which they might have come: voters of all districts one after the
   * other, at random, each with their whole ballot.
   *
   * @param seed gives the same order each time
   */
  public Iterator<CastVote> votesInOrder(long seed) {
    return new ShuffledVotes(seed);
  }

  /**
   * All ballots that hold a vote, in the order of {@link #votesInOrder}, some of them cast in
   * another way first and changed later.
   *
   * @param seed gives the same steps each time
   * @param delay how many ballots are cast between a ballot and its change, at least
   */
  public List<BallotStep> ballotsInOrder(long seed, int delay) {
    List<CastBallot> ballots = new ArrayList<>();
    ShuffledVotes voters = new ShuffledVotes(seed);
    while (voters.hasNext()) {
      ballots.add(voters.nextBallot());
    }
    return new UndecidedBallots(improvements, new SplittableRandom(seed), SimulatedVoters.CHANGED)
        .cast(ballots, delay);
  }

  private final class ShuffledVotes implements Iterator<CastVote> {

    private final int[] ballots = new int[voters()];
    private final MessageDigest sha256 = sha256();
    private int next;
    private PabulibFile file;
    private int district;
    private int voter;
    private int vote;

    ShuffledVotes(long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < ballots.length; i++) {
        int j = random.nextInt(i + 1);
        ballots[i] = ballots[j];
        ballots[j] = i;
      }
    }

    @Override
    public boolean hasNext() {
      while (file == null || vote == file.votesOf(voter)) {
        if (next == ballots.length) {
          return false;
        }
        openBallot(ballots[next++]);
      }
      return true;
    }

    private void openBallot(int ballot) {
      int found = Arrays.binarySearch(firstBallotOf, ballot);
      // An empty district begins where the next one does: the last that begins here has the ballot.
      district = found >= 0 ? found : -found - 2;
      while (firstBallotOf[district + 1] <= ballot) {
        district++;
      }
      file = districts.get(district);
      voter = ballot - firstBallotOf[district];
      vote = 0;
    }

    @Override
    public CastVote next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Choice choice = choices.get(district)[file.approvedBy(voter, vote++)];
      return new CastVote(idOf(choice.improvement), choice);
    }

    /** The whole ballot whose first vote is next. */
    CastBallot nextBallot() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      List<String> names = new ArrayList<>();
      while (vote < file.votesOf(voter)) {
        names.add(choices.get(district)[file.approvedBy(voter, vote++)].improvement);
      }
      return new CastBallot(idOf(""), file.region(), List.copyOf(names));
    }

    /**
     * Texts in a file have no control characters, so a line break keeps them apart.
     *
     * @param project empty for the voter's whole ballot
     */
    private String idOf(String project) {
      String name =
          String.join(
              "\n", file.instance(), file.unit(), file.region(), file.voters().get(voter), project);
      byte[] hash = sha256.digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
