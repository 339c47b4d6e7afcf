// The same as partLook.wgsl, with textures in place of buffers (textureLook.ts).
precision highp int;
uniform highp usampler2D umFaces;
uniform highp sampler2D umColors;
uniform float umSettings[9];

const vec3 UM_LUMA = vec3(0.299, 0.587, 0.114);
const uint UM_NONE = 0xffffffffu;

struct UmPoint {
    uint face;
    vec2 at;
    vec2 dx;
    vec2 dy;
};

uint umMap;

uint umWord(uint index) {
    return texelFetch(umFaces, ivec2(int(index % 2048u), int(index / 2048u)), 0).r;
}

/// The color of a leaf, and its marks.
uvec4 umColor(uint leaf) {
    return uvec4(255.0 * texelFetch(umColors, ivec2(int(leaf % 2048u), int(leaf / 2048u)), 0) + 0.5);
}

UmPoint umPointAt(uvec3 face, vec2 at) {
    UmPoint point;
    point.at = at;
    point.dx = dFdx(at);
    point.dy = dFdy(at);
    point.face = UM_NONE;
    if (face.z < umWord(0u)) {
        umMap = umWord(1u + 2u * face.z);
        uint index = face.y * umWord(umMap) + face.x;
        if (index < umWord(2u + 2u * face.z)) {
            point.face = index;
        }
    }
    return point;
}

uint umLeafAt(uint face, vec2 at) {
    uint first = umWord(umMap + 1u + 4u * face);
    if (first < 0x80000000u) {
        return first;
    }
    uint grid = umMap + first - 0x80000000u;
    ivec2 size = ivec2(int(umWord(grid)), int(umWord(grid + 1u)));
    float a = uintBitsToFloat(umWord(grid + 2u));
    float b = uintBitsToFloat(umWord(grid + 3u));
    float c = uintBitsToFloat(umWord(grid + 4u));
    ivec2 middle = clamp(ivec2(floor(at * vec2(size))), ivec2(0), size - 1);
    ivec2 low = max(middle - 1, ivec2(0));
    ivec2 high = min(middle + 1, size - 1);
    uint leaf = 0u;
    float nearest = 3.0e38;
    for (int row = low.y; row <= high.y; row++) {
        for (int column = low.x; column <= high.x; column++) {
            uint cell = grid + 5u + 2u * uint(row * size.x + column);
            vec2 d = unpackUnorm2x16(umWord(cell + 1u)) - at;
            float squared = a * d.x * d.x + b * d.x * d.y + c * d.y * d.y;
            if (squared < nearest) {
                nearest = squared;
                leaf = umWord(cell);
            }
        }
    }
    return leaf;
}

uint umGroup(uint leaf) {
    uint opacity = umColor(leaf).a;
    return opacity == 0u ? 0u : (255u - opacity) & 9u;
}

uint umGroupBeyond(uint code, float along, uint own) {
    if (code == UM_NONE) {
        return own;
    }
    uint opposite = (code >> 1u) & 3u;
    float t = (code & 1u) == 1u ? along : 1.0 - along;
    vec3 weights = vec3(0.0);
    weights[int((opposite + 1u) % 3u)] = 1.0 - t;
    weights[int((opposite + 2u) % 3u)] = t;
    return umGroup(umLeafAt(code >> 3u, weights.yz));
}

bool umIsBorder(UmPoint point, uint own, float reach) {
    vec3 weights = vec3(1.0 - point.at.x - point.at.y, point.at);
    vec3 dx = vec3(-point.dx.x - point.dx.y, point.dx);
    vec3 dy = vec3(-point.dy.x - point.dy.y, point.dy);
    for (int edge = 0; edge < 3; edge++) {
        if (weights[edge] < reach * length(vec2(dx[edge], dy[edge]))) {
            float near = max(weights[(edge + 1) % 3], 0.0);
            float far = max(weights[(edge + 2) % 3], 0.0);
            float along = far / max(near + far, 1.0e-6);
            if (umGroupBeyond(umWord(umMap + 2u + 4u * point.face + uint(edge)), along, own) != own) {
                return true;
            }
        }
    }
    if (umWord(umMap + 1u + 4u * point.face) >= 0x80000000u) {
        for (int side = 0; side < 4; side++) {
            vec2 beside = point.at + (side > 1 ? point.dy : point.dx) * ((side & 1) == 1 ? -reach : reach);
            if (min(min(beside.x, beside.y), 1.0 - beside.x - beside.y) >= 0.0 &&
                umGroup(umLeafAt(point.face, beside)) != own) {
                return true;
            }
        }
    }
    return false;
}

vec3 umPaint(UmPoint point, uint leaf, vec3 original, float facing) {
    uvec4 marked = umColor(leaf);
    uint marks = 255u - marked.a;
    float lamp = mix(1.0, 0.4 + 0.6 * abs(facing), umSettings[1]);
    float shade = mix(1.0, 0.5 + 0.6 * dot(original, UM_LUMA), umSettings[2]);
    float share = (marks & 4u) != 0u ? 1.0 : umSettings[0];
    vec3 color = mix(original, vec3(marked.rgb) / 255.0 * lamp * shade, share);
    if ((marks & 2u) != 0u) {
        color = mix(color, vec3(dot(color, UM_LUMA)), umSettings[4]) * (1.0 - 0.6 * umSettings[4]);
    }
    if ((marks & 1u) != 0u) {
        color = mix(color, vec3(1.0), umSettings[3]);
    }
    uint own = marks & 9u;
    if (own != 0u && umSettings[5] > 0.0 && (umIsBorder(point, own, umSettings[5]) || abs(facing) < 0.12)) {
        color = vec3(umSettings[6], umSettings[7], umSettings[8]);
    }
    return color;
}
