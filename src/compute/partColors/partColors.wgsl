// The color of every leaf at the current cut; colors are sRGB bytes packed with red lowest.
@group(0) @binding(0) var<storage, read> starts: array<u32>;
@group(0) @binding(1) var<storage, read> tileStarts: array<u32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> partStartColors: array<u32>;
@group(0) @binding(4) var<storage, read> originalColors: array<u32>;
@group(0) @binding(5) var<storage, read> overrides: array<u32>;
@group(0) @binding(6) var<storage, read_write> colors: array<u32>;

const LUMA = vec3f(0.299, 0.587, 0.114);

// The high byte of an override, see LEAF_* in leafColors.ts; the low three bytes are the color of a recolored leaf.
const RECOLORED = 0x01000000u;
const HIDDEN = 0x02000000u;
const SELECTED = 0x04000000u;

fn isInside(orderIndex: u32, start: u32, end: u32) -> bool {
    return orderIndex >= start && orderIndex < end;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groupCount: vec3u,
    @builtin(local_invocation_index) local: u32,
) {
    let orderIndex = linearIndex(group, groupCount, local);
    if (orderIndex >= uniforms.count) {
        return;
    }
    let leaf = order[orderIndex];
    let change = overrides[leaf];
    if ((change & HIDDEN) != 0u) {
        colors[leaf] = 0u; // alpha 0, which shaders discard
        return;
    }
    let original = unpack4x8unorm(originalColors[leaf]).rgb;
    let isRecolored = (change & RECOLORED) != 0u;
    let partStart = max(starts[orderIndex], tileStarts[orderIndex / TILE]);
    let plainColor = select(partStartColors[partStart], change, isRecolored);
    let isSelected = isInside(orderIndex, uniforms.selectedStart, uniforms.selectedEnd) ||
        (uniforms.flagged != 0u && (change & SELECTED) != 0u);
    let isDimmed = (uniforms.flagged != 0u || uniforms.selectedEnd > uniforms.selectedStart) && !isSelected;
    let isHovered = isInside(orderIndex, uniforms.hoveredStart, uniforms.hoveredEnd);
    if (uniforms.marks != 0u) {
        let marks = select(0u, 1u, isHovered) + select(0u, 2u, isDimmed) + select(0u, 4u, isRecolored) +
            select(0u, 8u, isSelected);
        colors[leaf] = (plainColor & 0x00ffffffu) | ((255u - marks) << 24u);
        return;
    }

    // The brightness of the original color shades the part's color, so that the shape stays visible.
    let shaded = unpack4x8unorm(plainColor).rgb * mix(1.0, 0.5 + 0.6 * dot(original, LUMA), uniforms.shading);
    var color = mix(original, shaded, select(uniforms.partShare, 1.0, isRecolored));
    if (isDimmed) {
        // Toward gray of the same brightness, then darker, so that the shape stays visible.
        color = mix(color, vec3f(dot(color, LUMA)), uniforms.dimming) * (1.0 - 0.6 * uniforms.dimming);
    }
    if (isHovered) {
        color = mix(color, vec3f(1.0), uniforms.highlight);
    }
    colors[leaf] = pack4x8unorm(vec4f(color, 1.0));
}
