let splatLeaf = splatLeaves[u32(splatIndex + 0.5)];
let splatLeafColor = unpack4x8unorm(splatLeafColors[splatLeaf]);
// The splat's own color, with what its harmonics add from here, shows as far as its leaf's original color does.
vertexOutputs.vColor = vec4f(
    splatLeafColor.rgb
        + uniforms.splatOriginalShare * (vertexOutputs.vColor.rgb - unpack4x8unorm(splatLeafOriginals[splatLeaf]).rgb),
    select(vertexOutputs.vColor.a, 0.0, splatLeafColor.a == 0.0)
);
if (splatLeafColor.a == 0.0) {
    scale = vec2f(0.0);
}
