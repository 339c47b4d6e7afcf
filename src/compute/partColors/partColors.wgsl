// The color of every leaf at the present cut; colors are sRGB bytes, red lowest.
@group(0) @binding(0) var<storage, read> starts: array<u32>;
@group(0) @binding(1) var<storage, read> tileStarts: array<u32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> partStartColors: array<u32>;
@group(0) @binding(4) var<storage, read> originalColors: array<u32>;
@group(0) @binding(5) var<storage, read> overrides: array<u32>;
@group(0) @binding(6) var<storage, read_write> colors: array<u32>;

const LUMA = vec3f(0.299, 0.587, 0.114);

// The high byte of an override, see LEAF_* in partColors.ts; the low three are the color of a recolored leaf.
const RECOLORED = 0x01000000u;
const HIDDEN = 0x02000000u;
const SELECTED = 0x04000000u;

fn isInside(place: u32, start: u32, end: u32) -> bool {
    return place >= start && place < end;
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
    @builtin(workgroup_id) group: vec3u,
    @builtin(num_workgroups) groupCount: vec3u,
    @builtin(local_invocation_index) local: u32,
) {
    let place = linearIndex(group, groupCount, local);
    if (place >= uniforms.count) {
        return;
    }
    let leaf = order[place];
    let change = overrides[leaf];
    if ((change & HIDDEN) != 0u) {
        colors[leaf] = 0u; // no opacity: what draws leaves discards it
        return;
    }
    let original = unpack4x8unorm(originalColors[leaf]).rgb;
    let isRecolored = (change & RECOLORED) != 0u;
    let head = select(partStartColors[max(starts[place], tileStarts[place / TILE])], change, isRecolored);
    let isSelected = isInside(place, uniforms.selectedStart, uniforms.selectedEnd) ||
        (uniforms.flagged != 0u && (change & SELECTED) != 0u);
    let isDimmed = (uniforms.flagged != 0u || uniforms.selectedEnd > uniforms.selectedStart) && !isSelected;
    let isHovered = isInside(place, uniforms.hoveredStart, uniforms.hoveredEnd);
    if (uniforms.marks != 0u) {
        let marks = select(0u, 1u, isHovered) + select(0u, 2u, isDimmed) + select(0u, 4u, isRecolored) +
            select(0u, 8u, isSelected);
        colors[leaf] = (head & 0x00ffffffu) | ((255u - marks) << 24u);
        return;
    }

    // The picture's light and shade show the shape; colors then replace it as far as they are asked for.
    let shaded = unpack4x8unorm(head).rgb * mix(1.0, 0.5 + 0.6 * dot(original, LUMA), uniforms.shading);
    var color = mix(original, shaded, select(uniforms.partShare, 1.0, isRecolored));
    if (isDimmed) {
        // Toward gray of the same brightness, then darker: what is dimmed keeps its shape.
        color = mix(color, vec3f(dot(color, LUMA)), uniforms.dimming) * (1.0 - 0.6 * uniforms.dimming);
    }
    if (isHovered) {
        color = mix(color, vec3f(1.0), uniforms.highlight);
    }
    colors[leaf] = pack4x8unorm(vec4f(color, 1.0));
}
