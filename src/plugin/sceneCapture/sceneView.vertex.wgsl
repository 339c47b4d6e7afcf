// Draws content of a scene into the view of a pinhole camera, or (SAMPLES) one pixel for each sample.
#ifndef SAMPLES
attribute position: vec3f; // in the capture's world; three times the center for a point
uniform eye: vec3f;
uniform right: vec3f;
uniform up: vec3f;
uniform back: vec3f;
uniform lens: vec4f; // image plane at depth 1 to clip space: scale x, scale y, offset x, offset y
uniform clipDepth: vec2f; // clip z = x * depth + y
#ifdef ELEMENT
attribute element: f32;
#else
uniform firstElement: f32;
#endif
flat varying vElement: f32;
varying vDepth: f32;
#else
attribute sampleIndex: f32;
uniform targetSize: vec2f;
#endif
#ifdef POINTS
uniform radius: f32;
uniform minRadius: f32; // at depth 1
varying vCorner: vec2f;
#endif
#ifdef PLANE
attribute plane: vec3f; // unit normal of the flat face; 0 where it has no area
flat varying vPlane: vec4f; // in the camera's axes: normal, distance from the camera along it
#endif
#ifdef NORMAL
attribute normal: vec3f;
varying vNormal: vec3f;
varying vToEye: vec3f;
#endif
#ifdef VERTEX_COLOR
attribute color: vec4f;
varying vColor: vec4f;
#endif
#ifdef BASE_TEXTURE
attribute uv: vec2f;
varying vBaseUv: vec2f;
#endif
#ifdef EMISSIVE_TEXTURE
attribute uv2: vec2f;
varying vEmissiveUv: vec2f;
#endif

@vertex
fn main(input: VertexInputs) -> FragmentInputs {
#ifdef SAMPLES
    let row = floor((vertexInputs.sampleIndex + 0.5) / uniforms.targetSize.x);
    let column = vertexInputs.sampleIndex - row * uniforms.targetSize.x;
    // Render targets are flipped vertically; with y down here, rows are read from the top.
    vertexOutputs.position = vec4f((vec2f(column, row) + 0.5) / uniforms.targetSize * 2.0 - 1.0, 0.5, 1.0);
#else
    let offset = vertexInputs.position - uniforms.eye;
    let depth = -dot(uniforms.back, offset);
    var imagePlane = vec2f(dot(uniforms.right, offset), -dot(uniforms.up, offset));
#ifdef POINTS
    // The equilateral triangle around a disc of radius 1.
    let corner = f32(vertexInputs.vertexIndex % 3u);
    vertexOutputs.vCorner = vec2f(1.7320508 * (corner - 1.0), select(-1.0, 2.0, corner == 1.0));
    imagePlane += vertexOutputs.vCorner * max(uniforms.radius, uniforms.minRadius * depth);
#endif
#ifdef ELEMENT
    vertexOutputs.vElement = vertexInputs.element;
#else
    vertexOutputs.vElement = uniforms.firstElement + f32(vertexInputs.vertexIndex / 3u);
#endif
    vertexOutputs.vDepth = depth;
    vertexOutputs.position = vec4f(
        imagePlane * uniforms.lens.xy + depth * uniforms.lens.zw,
        uniforms.clipDepth.x * depth + uniforms.clipDepth.y,
        depth
    );
#ifdef PLANE
    let plane = vertexInputs.plane;
    vertexOutputs.vPlane = vec4f(
        dot(uniforms.right, plane), dot(uniforms.up, plane), dot(uniforms.back, plane), dot(plane, offset)
    );
#endif
#ifdef NORMAL
    vertexOutputs.vNormal = vertexInputs.normal;
    vertexOutputs.vToEye = -offset;
#endif
#endif
#ifdef VERTEX_COLOR
    vertexOutputs.vColor = vertexInputs.color;
#endif
#ifdef BASE_TEXTURE
    vertexOutputs.vBaseUv = vertexInputs.uv;
#endif
#ifdef EMISSIVE_TEXTURE
    vertexOutputs.vEmissiveUv = vertexInputs.uv2;
#endif
}
