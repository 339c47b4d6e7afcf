let splatLeaf = splatLeaves[u32(splatIndex + 0.5)];
// Splats of a stream that came just now follow no leaf yet.
if (splatLeaf != 0xffffffffu) {
    let splatLeafColor = unpack4x8unorm(splatLeafColors[splatLeaf]);
    let splatOriginal = unpack4x8unorm(splatLeafOriginals[splatLeaf]).rgb;
    // The share of the splat's own color, with its harmonics, replaces the same share of the leaf's original color.
    vertexOutputs.vColor = vec4f(
        splatLeafColor.rgb + uniforms.splatOriginalShare * (vertexOutputs.vColor.rgb - splatOriginal),
        select(vertexOutputs.vColor.a, 0.0, splatLeafColor.a == 0.0)
    );
    if (splatLeafColor.a == 0.0) {
        scale = vec2f(0.0);
    }
}
