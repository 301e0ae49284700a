package io.citytally.local.command;

import io.citytally.cli.command.LabelConverter;
import io.citytally.election.VotePer;
import io.citytally.local.web.VoterSettings;
import io.citytally.web.SignIn;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The options that say who may vote on the pages. */
public final class VoterMixin {

  @Option(
      names = "--oidc-issuer",
      paramLabel = "URL",
      description =
          "Lets only those vote on the pages who bring a token of this OpenID Connect issuer"
              + " (default: whoever comes).")
  String issuer;

  @Option(
      names = "--oidc-audience",
      paramLabel = "NAME",
      description = "Whom the issuer's tokens must be for.")
  String audience;

  @Option(
      names = "--oidc-jwks",
      paramLabel = "URL",
      description = "Where the issuer publishes its keys.")
  URI keys;

  @Option(
      names = "--vote-per",
      paramLabel = "WHAT",
      converter = VotePerConverter.class,
      description =
          "With an issuer: for what a citizen has one ballot, city or region (default: region).")
  VotePer votePer;

  /**
   * @param job tells how to refuse
   */
  public Optional<VoterSettings> settings(JobMixin job) {
    long given = Stream.of(issuer, audience, keys).filter(option -> option != null).count();
    if (given == 0 && votePer == null) {
      return Optional.empty();
    }
    if (given < 3) {
      throw job.refusal(
          given == 0
              ? "--vote-per needs an issuer: without one, nobody knows who has voted"
              : "--oidc-issuer, --oidc-audience and --oidc-jwks go together");
    }
    if (!"http".equals(keys.getScheme()) && !"https".equals(keys.getScheme())) {
      throw job.refusal("--oidc-jwks is " + keys + ", but must be an address with http or https");
    }
    return Optional.of(
        new VoterSettings(
            new SignIn(issuer, audience), keys, votePer == null ? VotePer.REGION : votePer));
  }

  /** A rule by its label. */
  static final class VotePerConverter extends LabelConverter<VotePer> {
    VotePerConverter() {
      super(List.of(VotePer.values()), VotePer::label);
    }
  }
}
