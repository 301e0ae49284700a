META
key;value
description;Of a town that does not exist
unit;Lunden
subunit;Harbour
instance;2025
num_projects;3
num_votes;4
vote_type;approval
PROJECTS
project_id;cost;votes;name
1;1000;3;Cranes in the evening light
2;1000;5;A swing over the water
3;1000;0;Quiet for the seals
VOTES
voter_id;vote
1;1,2
2;2
3;1
4;2,1
