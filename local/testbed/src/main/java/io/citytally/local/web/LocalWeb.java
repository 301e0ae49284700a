package io.citytally.local.web;

import io.citytally.cli.aws.LocalAws;
import io.citytally.election.Election;
import io.citytally.election.VotePer;
import io.citytally.election.VotingMode;
import io.citytally.local.lifecycle.Closing;
import io.citytally.table.BallotTable;
import io.citytally.table.ElectionTable;
import io.citytally.table.HistoryTable;
import io.citytally.table.RecentVotesTable;
import io.citytally.table.TotalVotesTable;
import io.citytally.table.TurnoutTable;
import io.citytally.table.VotesTable;
import io.citytally.web.CitizenIdentity;
import io.citytally.web.OpenVoters;
import io.citytally.web.SignIn;
import io.citytally.web.StoredBallot;
import io.citytally.web.StoredElection;
import io.citytally.web.StoredHistory;
import io.citytally.web.StoredResults;
import io.citytally.web.StoredVotes;
import io.citytally.web.Voters;
import io.citytally.web.WebApplication;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The web application in front of a local cloud. */
public final class LocalWeb {

  private static final Duration DYNAMODB_TIMEOUT = Duration.ofSeconds(3);
  private static final String KEY_FILE = "vote-id-key";

  /** Tells who may vote. */
  @FunctionalInterface
  public interface VotersOf {

    /** Everyone. */
    VotersOf OPEN = pages -> Optional.empty();

    /**
     * Tells whose citizens may vote; none: everyone.
     *
     * @param pages where citizens will find the pages
     */
    Optional<VoterSettings> at(URI pages) throws Exception;
  }

  private LocalWeb() {}

  /**
   * Starts it.
   *
   * @param closing gets each part as soon as it is started
   * @param votersOf is asked once the pages have their address, before they answer
   * @param data the directory that keeps everything, also the key by which votes belong to citizens
   * @param port 0 for any that is free
   * @throws java.net.BindException if something else listens at the port
   */
  public static LocalWebServer start(
      Closing closing, URI dynamoDbEndpoint, VotersOf votersOf, Optional<Path> data, int port)
      throws Exception {
    DynamoDbClient dynamoDb = closing.add(LocalAws.dynamoDb(dynamoDbEndpoint, DYNAMODB_TIMEOUT));
    LocalWebServer server = closing.add(LocalWebServer.bind(port));
    Optional<VoterSettings> voters = votersOf.at(server.address());
    Voters who = new OpenVoters();
    Election withoutElection = Election.alwaysOpen(VotingMode.OPEN, VotePer.REGION);
    LocalWebServer.TokenVerifier tokens = LocalWebServer.TokenVerifier.NONE;
    if (voters.isPresent()) {
      VoterSettings settings = voters.get();
      SignIn signIn = settings.signIn();
      Optional<URI> keysGiven = settings.keys();
      OidcDiscovery issuer =
          keysGiven.isPresent()
              ? new OidcDiscovery(keysGiven.get(), signIn.tokenOrigin())
              : OidcDiscovery.of(signIn.issuer());
      signIn = signIn.withTokenOrigin(issuer.tokenOrigin());
      who = new CitizenIdentity(signIn, voteIdKey(data));
      withoutElection = Election.alwaysOpen(VotingMode.SIGNED_IN, settings.votePer());
      tokens = new OidcTokens(signIn.issuer(), signIn.audience(), issuer.keys(), Clock.systemUTC());
    }
    CountedReads results =
        new CountedReads(
            new StoredResults(
                dynamoDb,
                TotalVotesTable.DEFAULT_NAME,
                RecentVotesTable.DEFAULT_NAME,
                TurnoutTable.DEFAULT_NAME));
    WebApplication application =
        new WebApplication(
            results,
            new StoredHistory(dynamoDb, HistoryTable.DEFAULT_NAME, Clock.systemUTC()),
            new StoredBallot(dynamoDb, BallotTable.DEFAULT_NAME, ElectionTable.DEFAULT_NAME),
            new StoredElection(dynamoDb, ElectionTable.DEFAULT_NAME, withoutElection),
            new StoredVotes(dynamoDb, VotesTable.DEFAULT_NAME),
            who,
            Clock.systemUTC());
    server.tell(ServerLoad.PATH, () -> ServerLoad.now(results).json());
    server.start(application, tokens);
    return server;
  }

  /** As old as the votes that are kept: with another, citizens could vote again. */
  static byte[] voteIdKey(Optional<Path> data) throws IOException {
    Optional<Path> file = data.map(directory -> directory.resolve(KEY_FILE));
    if (file.isPresent() && Files.exists(file.get())) {
      return Files.readAllBytes(file.get());
    }
    byte[] key = new byte[CitizenIdentity.MIN_KEY_BYTES];
    new SecureRandom().nextBytes(key);
    if (file.isPresent()) {
      Files.createFile(
          file.get(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(file.get(), key);
    }
    return key;
  }
}
