META
key;value
description;Of a town that does not exist
unit;Lunden
subunit;Harbour
instance;2025
num_projects;2
num_votes;2
vote_type;cumulative
PROJECTS
project_id;cost;votes;name
1;1000;3;Cranes in the evening light
2;1000;2;A swing over the water
VOTES
voter_id;vote;points
1;1,2;2,1
2;1;3
