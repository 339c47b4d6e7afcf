/** The part of the Khronos glTF validator that tests use; it comes without types. */
declare module "gltf-validator" {
    export interface Report {
        readonly issues: { readonly numErrors: number; readonly messages: readonly unknown[] };
        readonly info: { readonly totalTriangleCount: number; readonly totalVertexCount: number };
    }
    export function validateBytes(data: Uint8Array): Promise<Report>;
}
