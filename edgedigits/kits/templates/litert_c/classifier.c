/* Part of edgedigits. SPDX-License-Identifier: Apache-2.0 */

#define CONTRACT_TABLES
#include "classifier.h"

#include "litert.h"

#include <stdlib.h>

/* steps */

struct classifier {
    LiteRtEnvironment environment;
    LiteRtModel model;
    LiteRtOptions options;
    LiteRtCompiledModel compiled;
    LiteRtTensorBuffer input, output;
    uint8_t prepared[CLASSIFIER_PIXELS];
};

/* How LiteRT calls numbers of that type. */
#define NUMBERS(type)                                                                                                  \
    ((type)0.5 != 0 ? LITERT_FLOAT32 : sizeof(type) == 2 ? LITERT_INT16 : (type)-1 > 0 ? LITERT_UINT8 : LITERT_INT8)

/* Makes a buffer for a tensor; 0 where that is not of so many numbers of the type. */
static int is_made(LiteRtEnvironment environment, LiteRtTensor tensor, LiteRtTensorBufferRequirements needs,
                   int numbers, size_t bytes, LiteRtTensorBuffer *made) {
    LiteRtTensorType type;
    size_t found;
    return !LiteRtGetRankedTensorType(tensor, &type) && type.numbers == numbers &&
           !LiteRtCreateManagedTensorBufferFromRequirements(environment, &type, needs, made) &&
           !LiteRtGetTensorBufferPackedSize(*made, &found) && found == bytes;
}

static const char *open_parts(classifier *opened, const char *path) {
    const LiteRtEnvironmentOption options[] = {
        {LITERT_OPTION_ACCELERATORS, {LITERT_INTEGER, LITERT_CPU}},
        {LITERT_OPTION_LEAST_LOGGED, {LITERT_INTEGER, LITERT_LOG_ERRORS}},
    };
    LiteRtSignature signature;
    LiteRtTensor input, output;
    LiteRtTensorBufferRequirements input_needs, output_needs;
    size_t inputs, outputs;
    if (LiteRtCreateEnvironment(sizeof options / sizeof *options, options, &opened->environment))
        return "LiteRT does not start";
    if (LiteRtCreateModelFromFile(opened->environment, path, &opened->model)) return "the model cannot be read";
    if (LiteRtCreateOptions(&opened->options) ||
        LiteRtSetOptionsHardwareAccelerators(opened->options, LITERT_CPU) ||
        LiteRtCreateCompiledModel(opened->environment, opened->model, opened->options, &opened->compiled))
        return "LiteRT cannot run the model";
    if (LiteRtGetModelSignature(opened->model, 0, &signature) ||
        LiteRtGetNumSignatureInputs(signature, &inputs) || inputs != 1 ||
        LiteRtGetNumSignatureOutputs(signature, &outputs) || outputs != 1 ||
        LiteRtGetSignatureInputTensorByIndex(signature, 0, &input) ||
        LiteRtGetSignatureOutputTensorByIndex(signature, 0, &output) ||
        LiteRtGetCompiledModelInputBufferRequirements(opened->compiled, 0, 0, &input_needs) ||
        LiteRtGetCompiledModelOutputBufferRequirements(opened->compiled, 0, 0, &output_needs) ||
        !is_made(opened->environment, input, input_needs, NUMBERS(contract_input),
                 CLASSIFIER_PIXELS * sizeof(contract_input), &opened->input) ||
        !is_made(opened->environment, output, output_needs, NUMBERS(contract_output),
                 CLASSIFIER_CLASSES * sizeof(contract_output), &opened->output))
        return "the model is another than that of contract.h";
    return NULL;
}

const char *classifier_open(const char *path, classifier **opened) {
    const char *wrong;
    *opened = calloc(1, sizeof **opened);
    if (!*opened) return "memory ran out";
    wrong = open_parts(*opened, path);
    if (wrong) {
        classifier_close(*opened);
        *opened = NULL;
    }
    return wrong;
}

void classifier_close(classifier *opened) {
    if (!opened) return;
    if (opened->input) LiteRtDestroyTensorBuffer(opened->input);
    if (opened->output) LiteRtDestroyTensorBuffer(opened->output);
    if (opened->compiled) LiteRtDestroyCompiledModel(opened->compiled);
    if (opened->options) LiteRtDestroyOptions(opened->options);
    if (opened->model) LiteRtDestroyModel(opened->model);
    if (opened->environment) LiteRtDestroyEnvironment(opened->environment);
    free(opened);
}

int classifier_answer(classifier *opened, const uint8_t prepared[CLASSIFIER_PIXELS],
                      float probabilities[CLASSIFIER_CLASSES]) {
    void *memory;
    if (LiteRtLockTensorBuffer(opened->input, &memory, LITERT_WRITE)) return CLASSIFIER_FAILED;
    classifier_store(prepared, memory);
    if (LiteRtUnlockTensorBuffer(opened->input) ||
        LiteRtRunCompiledModel(opened->compiled, 0, 1, &opened->input, 1, &opened->output) ||
        LiteRtLockTensorBuffer(opened->output, &memory, LITERT_READ))
        return CLASSIFIER_FAILED;
    probabilities_of(memory, probabilities);
    return LiteRtUnlockTensorBuffer(opened->output) ? CLASSIFIER_FAILED : PICTURE_OK;
}

int classifier_classify(classifier *opened, const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels,
                        float probabilities[CLASSIFIER_CLASSES]) {
    uint8_t *work;
    size_t work_bytes;
    int result;
    if (!width || !height || (uint64_t)width * height > PICTURE_MOST_PIXELS) return PICTURE_WRONG_SHAPE;
    work_bytes = CLASSIFIER_WORK_BYTES(width, height);
    work = malloc(work_bytes);
    if (!work) return CLASSIFIER_FAILED;
    result = classifier_prepare(pixels, width, height, channels, work, work_bytes, opened->prepared);
    free(work);
    if (result == PICTURE_OK) result = classifier_answer(opened, opened->prepared, probabilities);
    return result == PICTURE_OK ? worth_of(probabilities) : result;
}
