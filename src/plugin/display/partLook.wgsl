// The color of a point on a face, from the leaf maps of the meshes that share vertices (partTables.ts, leafMapLayout.ts),
// the colors of PartColors with marks, and the settings (partLook.ts).
var<storage, read> umFaces : array<u32>;
var<storage, read> umColors : array<u32>;
var<storage, read> umSettings : array<f32>;

const UM_LUMA = vec3f(0.299, 0.587, 0.114);
const UM_NONE = 0xffffffffu;

/// The position of a fragment on its face.
struct UmPoint {
    /// In the leaf map; UM_NONE for a mesh without parts.
    face: u32,
    /// Weights of the second and third corner.
    at: vec2f,
    /// The change of the weights per pixel.
    dx: vec2f,
    dy: vec2f,
}

/// The first word of the leaf map of the mesh that is drawn.
var<private> umMap: u32;

/// Returns the position of a fragment, and selects the leaf map of its mesh.
/// face: the face, the instance among those of the leaf map, and the place of the leaf map, see partTables.ts
fn umPointAt(face: vec3u, at: vec2f) -> UmPoint {
    var point: UmPoint;
    point.at = at;
    point.dx = dpdx(at);
    point.dy = dpdy(at);
    point.face = UM_NONE;
    if (face.z < umFaces[0]) {
        umMap = umFaces[1u + 2u * face.z];
        let index = face.y * umFaces[umMap] + face.x;
        if (index < umFaces[2u + 2u * face.z]) {
            point.face = index;
        }
    }
    return point;
}

fn umLeafAt(face: u32, at: vec2f) -> u32 {
    let first = umFaces[umMap + 1u + 4u * face];
    if (first < 0x80000000u) {
        return first;
    }
    let grid = umMap + first - 0x80000000u;
    let size = vec2i(i32(umFaces[grid]), i32(umFaces[grid + 1u]));
    let a = bitcast<f32>(umFaces[grid + 2u]);
    let b = bitcast<f32>(umFaces[grid + 3u]);
    let c = bitcast<f32>(umFaces[grid + 4u]);
    let middle = clamp(vec2i(floor(at * vec2f(size))), vec2i(0), size - 1);
    let low = max(middle - 1, vec2i(0));
    let high = min(middle + 1, size - 1);
    var leaf = 0u;
    var nearest = 3.0e38;
    for (var row = low.y; row <= high.y; row++) {
        for (var column = low.x; column <= high.x; column++) {
            let cell = grid + 5u + 2u * u32(row * size.x + column);
            let d = unpack2x16unorm(umFaces[cell + 1u]) - at;
            let distance = a * d.x * d.x + b * d.x * d.y + c * d.y * d.y;
            if (distance < nearest) {
                nearest = distance;
                leaf = umFaces[cell];
            }
        }
    }
    return leaf;
}

/// The marks of a leaf that separate it from others: hovered, selected. 0 for hidden leaves.
fn umGroup(leaf: u32) -> u32 {
    let opacity = umColors[leaf] >> 24u;
    return select((255u - opacity) & 9u, 0u, opacity == 0u);
}

/// The group on the other side of an edge, at the position `along` of this face's edge, 0 at its first corner. At an
/// open edge it is `own`, since many models have open edges inside of their parts.
fn umGroupBeyond(code: u32, along: f32, own: u32) -> u32 {
    if (code == UM_NONE) {
        return own;
    }
    let opposite = (code >> 1u) & 3u;
    let t = select(1.0 - along, along, (code & 1u) == 1u);
    // Weights of the corners after the opposite one.
    var weights = vec3f(0.0);
    weights[(opposite + 1u) % 3u] = 1.0 - t;
    weights[(opposite + 2u) % 3u] = t;
    return umGroup(umLeafAt(code >> 3u, weights.yz));
}

/// Whether the highlighted part at a fragment ends within `reach` pixels.
fn umIsBorder(point: UmPoint, own: u32, reach: f32) -> bool {
    let weights = vec3f(1.0 - point.at.x - point.at.y, point.at);
    let dx = vec3f(-point.dx.x - point.dx.y, point.dx);
    let dy = vec3f(-point.dy.x - point.dy.y, point.dy);
    for (var edge = 0u; edge < 3u; edge++) {
        if (weights[edge] < reach * length(vec2f(dx[edge], dy[edge]))) {
            let near = max(weights[(edge + 1u) % 3u], 0.0);
            let far = max(weights[(edge + 2u) % 3u], 0.0);
            let along = far / max(near + far, 1.0e-6);
            if (umGroupBeyond(umFaces[umMap + 2u + 4u * point.face + edge], along, own) != own) {
                return true;
            }
        }
    }
    if (umFaces[umMap + 1u + 4u * point.face] >= 0x80000000u) {
        for (var side = 0u; side < 4u; side++) {
            let step = select(point.dx, point.dy, side > 1u) * select(reach, -reach, (side & 1u) == 1u);
            let beside = point.at + step;
            if (min(min(beside.x, beside.y), 1.0 - beside.x - beside.y) >= 0.0 &&
                umGroup(umLeafAt(point.face, beside)) != own) {
                return true;
            }
        }
    }
    return false;
}

/// The color that replaces the surface's own color; both are sRGB.
/// facing: the cosine between the surface's normal and the direction to the camera
fn umPaint(point: UmPoint, leaf: u32, original: vec3f, facing: f32) -> vec3f {
    let packed = umColors[leaf];
    let marks = 255u - (packed >> 24u);
    let lamp = mix(1.0, 0.4 + 0.6 * abs(facing), umSettings[1]);
    let shade = mix(1.0, 0.5 + 0.6 * dot(original, UM_LUMA), umSettings[2]);
    let isRecolored = (marks & 4u) != 0u;
    var color = mix(original, unpack4x8unorm(packed).rgb * lamp * shade, select(umSettings[0], 1.0, isRecolored));
    if ((marks & 2u) != 0u) {
        color = mix(color, vec3f(dot(color, UM_LUMA)), umSettings[4]) * (1.0 - 0.6 * umSettings[4]);
    }
    if ((marks & 1u) != 0u) {
        color = mix(color, vec3f(1.0), umSettings[3]);
    }
    let own = marks & 9u;
    if (own != 0u && umSettings[5] > 0.0) {
        // The rim is the outline at the silhouette.
        if (umIsBorder(point, own, umSettings[5]) || abs(facing) < 0.12) {
            color = vec3f(umSettings[6], umSettings[7], umSettings[8]);
        }
    }
    return color;
}
