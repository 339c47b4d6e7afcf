// The layout of the 32-bit words of a LeafMap, which partLook.wgsl reads, too: a header, a record for each face, and
// the grids of faces with several samples.

/** Words before the faces' records: the number of faces of one instance. */
export const HEADER = 1;
/** Words of a face: its leaf, or HAS_GRID + the index of its grid; its three neighbors (see FindFaceNeighbors). */
export const RECORD = 4;
/** Words before a grid's cells: columns, rows, and three 32-bit floats that give distances on the face. */
export const GRID_HEADER = 5;
/** Words of a cell: a leaf, and the position of its sample on the face, 16 bits for each weight. */
export const CELL = 2;
/** The flag of a face with a grid. */
export const HAS_GRID = 0x80000000;
