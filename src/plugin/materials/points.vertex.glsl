// The same as points.vertex.wgsl, for WebGL2.
precision highp float;

attribute vec3 position; // corner of the quad, -1..1
attribute vec3 leafPosition;
attribute vec4 leafColor;

uniform mat4 world;
uniform mat4 view;
uniform mat4 projection;
uniform float radius; // in the leaves' units
uniform float minPixels; // smallest radius on screen
uniform float pixelHeight; // of the render target

varying vec2 vCorner;
varying vec4 vColor;

void main(void) {
    vec4 center = view * world * vec4(leafPosition, 1.0);
    float w = (projection * center).w;
    float pixel = 2.0 * w / (projection[1][1] * pixelHeight);
    float size = max(radius * length(world[0].xyz), minPixels * pixel);
    vCorner = position.xy;
    vColor = leafColor;
    gl_Position = projection * (center + vec4(position.xy * size, 0.0, 0.0));
}
