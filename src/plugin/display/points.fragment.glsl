// The same as points.fragment.wgsl, for WebGL2.
precision highp float;

varying vec4 vColor;

uniform float rim; // the darkening of a point's edge, 0..1

void main(void) {
    vec2 corner = 2.0 * gl_PointCoord - 1.0;
    float distance = dot(corner, corner);
    if (distance > 1.0 || vColor.a == 0.0) { // opacity 0: hidden
        discard;
    }
    gl_FragColor = vec4(vColor.rgb * (1.0 - rim * distance), 1.0);
}
