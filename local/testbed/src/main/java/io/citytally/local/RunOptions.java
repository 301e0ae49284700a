package io.citytally.local;

import io.citytally.election.VotePer;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.PortSettings;
import io.citytally.local.web.VoterSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code citytally run} was asked to do, checked.
 *
 * @param data the directory that keeps the tables; none: they are in memory
 * @param votersPerSecond votes that are cast, changed or withdrawn each second; 0 for none
 * @param voters whose citizens may vote on the pages; none: anyone
 * @param signIn for what each invented citizen has one ballot; none: they are not there
 */
record RunOptions(
    Optional<Path> data,
    double votersPerSecond,
    Optional<VoterSettings> voters,
    Optional<VotePer> signIn,
    JobSettings job,
    PortSettings ports) {}
