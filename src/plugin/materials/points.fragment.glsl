// The same as points.fragment.wgsl, for WebGL2.
precision highp float;

varying vec2 vCorner;
varying vec4 vColor;

uniform float rim; // how much darker a point's edge is

void main(void) {
    float distance = dot(vCorner, vCorner);
    if (distance > 1.0 || vColor.a == 0.0) { // a leaf without opacity is hidden
        discard;
    }
    gl_FragColor = vec4(vColor.rgb * (1.0 - rim * distance), 1.0);
}
