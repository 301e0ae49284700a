META
key;value
description;Of a town that does not exist
unit;Lunden
subunit;Harbour
instance;2025
num_projects;3
num_votes;5
vote_type;choose-1
PROJECTS
project_id;cost;votes;name
1;1000;3;Cranes in the evening light
2;1000;1;A swing over the water
3;1000;0;Quiet for the seals
VOTES
voter_id;vote
1;1
2;1
3;2
4;
5;1
