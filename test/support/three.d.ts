/** The part of three.js that tests use; it comes without types. */
declare module "three/examples/jsm/loaders/GLTFLoader.js" {
    export interface Object3D {
        readonly name: string;
        readonly userData: Readonly<Record<string, unknown>>;
        readonly children: readonly Object3D[];
    }
    export class GLTFLoader {
        public parseAsync(data: ArrayBuffer, path: string): Promise<{ readonly scene: Object3D }>;
    }
}
