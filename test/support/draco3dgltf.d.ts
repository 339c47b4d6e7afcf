/** The parts of the package that the tests use; it has no declarations. */
declare module "draco3dgltf" {
    const draco: {
        createEncoderModule(): Promise<unknown>;
        createDecoderModule(): Promise<unknown>;
    };
    export default draco;
}
