// The same as points.fragment.wgsl, for WebGL2.
precision highp float;

varying vec4 vColor;

uniform float rim; // how much darker a point's edge is

void main(void) {
    vec2 corner = 2.0 * gl_PointCoord - 1.0;
    float distance = dot(corner, corner);
    if (distance > 1.0 || vColor.a == 0.0) { // a leaf without opacity is hidden
        discard;
    }
    gl_FragColor = vec4(vColor.rgb * (1.0 - rim * distance), 1.0);
}
