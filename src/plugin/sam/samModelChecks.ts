import { UltrametricError } from "../../compute/base/ultrametricError";
import type { OnnxPort, OnnxSession, OnnxTensor } from "./onnxRuntime";
import type { SamModel } from "./samModel";

/**
 * Checks an encoder against the description of its model.
 *
 * @throws UltrametricError "input" for a missing input or output, an input of another size, or one that is not
 * described
 */
export function CheckEncoder(
    { name, image, embeddings, encoder: { name: file } }: SamModel,
    encoder: OnnxSession,
): void {
    const input = expectPort(encoder.inputs, image.name, "input", file, name);
    const side = input.dims?.[3];
    if (typeof side === "number" && side !== image.size) {
        throw new UltrametricError(
            "input",
            `The input "${image.name}" of ${file} is ${side} pixels wide, but ${image.size} in the description of ` +
                `${name}; correct the description.`,
        );
    }
    for (const { output } of embeddings) {
        expectPort(encoder.outputs, output, "output", file, name);
    }
    checkAllFed(encoder.inputs, [image.name], file, name);
}

/**
 * Checks a decoder against the description of its model.
 *
 * @throws UltrametricError "input" for a missing input or output, or an input that is not described
 */
export function CheckDecoder(model: SamModel, decoder: OnnxSession): void {
    const { name, embeddings, prompts, constants, outputs } = model;
    const file = model.decoder.name;
    const fed = [
        ...embeddings.map(({ input }) => input),
        prompts.points,
        prompts.labels,
        ...constants.map(({ input }) => input),
    ];
    for (const input of fed) {
        expectPort(decoder.inputs, input, "input", file, name);
    }
    expectPort(decoder.outputs, outputs.masks, "output", file, name);
    expectPort(decoder.outputs, outputs.ious, "output", file, name);
    checkAllFed(decoder.inputs, fed, file, name);
}

/**
 * Returns an output of a model's run as numbers.
 *
 * @param file name of the model's file, for messages
 * @throws UltrametricError "input" for a missing output, another type than float32, or a shape that does not fit the
 * data
 */
export function ExpectFloats(
    outputs: Readonly<Record<string, OnnxTensor>>,
    name: string,
    file: string,
): OnnxTensor & { readonly data: Float32Array } {
    const output = Object.hasOwn(outputs, name) ? outputs[name] : undefined;
    if (!(output?.data instanceof Float32Array) || !Array.isArray(output.dims)) {
        const found = output ? `is of the type ${String(output.type)}` : "is missing";
        throw new UltrametricError(
            "input",
            `${file} should return "${name}" as float32 numbers; it ${found}. Export the model in float32.`,
        );
    }
    if (output.dims.reduce((product, side) => product * side, 1) !== output.data.length) {
        throw new UltrametricError(
            "input",
            `${file} returned "${name}" of shape ${output.dims.join(" x ")} with ${output.data.length} numbers. ` +
                "Export the model again.",
        );
    }
    return output as OnnxTensor & { readonly data: Float32Array };
}

function expectPort(ports: readonly OnnxPort[], wanted: string, kind: string, file: string, model: string): OnnxPort {
    const port = ports.find(({ name }) => name === wanted);
    if (port === undefined) {
        throw new UltrametricError(
            "input",
            `${file} has no ${kind} "${wanted}", which ${model} needs; it has ` +
                `${ports.map(({ name }) => `"${name}"`).join(", ")}. ` +
                "Give the file that belongs to the description, or a description that matches the file.",
        );
    }
    return port;
}

function checkAllFed(inputs: readonly OnnxPort[], fed: readonly string[], file: string, model: string): void {
    const missing = inputs.find(({ name }) => !fed.includes(name));
    if (missing !== undefined) {
        throw new UltrametricError(
            "input",
            `${file} has an input "${missing.name}" that the description of ${model} lacks; add it to the ` +
                "description (constants, embeddings), or give another file.",
        );
    }
}
