// The same as points.vertex.wgsl, for WebGL2, which has large native points.
precision highp float;

attribute vec3 position;
attribute vec4 leafColor;

uniform mat4 world;
uniform mat4 view;
uniform mat4 projection;
uniform float radius; // in the leaves' units
uniform float minPixels; // smallest radius on screen
uniform float pixelHeight; // of the render target

varying vec4 vColor;

void main(void) {
    vec4 center = view * world * vec4(position, 1.0);
    gl_Position = projection * center;
    float pixel = 2.0 * gl_Position.w / (projection[1][1] * pixelHeight);
    gl_PointSize = 2.0 * max(radius * length(world[0].xyz) / pixel, minPixels);
    vColor = leafColor;
}
