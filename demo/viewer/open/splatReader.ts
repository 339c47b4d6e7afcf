import { AssetContainer } from "@babylonjs/core/assetContainer";
import type { Scene } from "@babylonjs/core/scene";
import { LoadSplatsAsync, type SplatFormat } from "babylon-ultrametric/formats";
import type { ModelFile, ModelReader } from "./modelReader";

const FORMAT_NAMES: Readonly<Record<SplatFormat, string>> = {
    spz: "SPZ",
    sog: "SOG",
    splat: ".splat",
    ksplat: ".ksplat",
};

/** Reads Gaussian splat files; `meta.json` is a SOG in files. */
export const SplatReader: ModelReader = { endings: [".spz", ".sog", ".splat", ".ksplat", "meta.json"], readAsync };

async function readAsync({ source, path, report, signal }: ModelFile, scene: Scene): Promise<AssetContainer> {
    const loaded = await LoadSplatsAsync(source, path, scene, { signal });
    const { mesh, format, count, harmonicDegree, leftOut } = loaded;
    report.addFact(`${count.toLocaleString("en")} splats (${FORMAT_NAMES[format]})`);
    report.addFact(harmonicDegree > 0 ? `spherical harmonics of degree ${harmonicDegree}` : "no spherical harmonics");
    if (leftOut > 0) {
        report.addLeftOut(`${leftOut.toLocaleString("en")} splats: their place or size is not a finite number.`);
    }
    const container = new AssetContainer(scene);
    scene.removeMesh(mesh);
    container.meshes.push(mesh);
    return container;
}
