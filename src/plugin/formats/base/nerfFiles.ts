/** The file of the training views, in captures of NeRF with a file for each split. */
export const NERF_TRAIN_FILE = "transforms_train.json";
/** The file of all views, in captures with a single file. */
export const NERF_FILE = "transforms.json";
