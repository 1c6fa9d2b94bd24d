#if CONTRACT_LOGITS || CONTRACT_REJECTS
#include <math.h>
#endif

const char *const classifier_labels[CLASSIFIER_CLASSES] = {CONTRACT_LABELS};

/* prepare */

void classifier_store(const uint8_t prepared[CLASSIFIER_PIXELS], contract_input stored[CLASSIFIER_PIXELS]) {
    for (size_t n = 0; n < CLASSIFIER_PIXELS; n++) {
        const size_t channel = n % CLASSIFIER_CHANNELS, pixel = n / CLASSIFIER_CHANNELS;
        const size_t from = CONTRACT_BGR ? CLASSIFIER_CHANNELS - 1 - channel : channel;
        const uint8_t level = prepared[pixel * CLASSIFIER_CHANNELS + from];
        const size_t place = CONTRACT_CHANNELS_FIRST ? channel * CLASSIFIER_HEIGHT * CLASSIFIER_WIDTH + pixel : n;
#if CONTRACT_SAME_LEVELS
        stored[place] = (contract_input)level;
#else
        stored[place] = contract_tables[channel * 256 + level];
#endif
    }
}

/* Probabilities of what the model stores as its answer. */
static void probabilities_of(const contract_output answer[CLASSIFIER_CLASSES],
                             float probabilities[CLASSIFIER_CLASSES]) {
    for (int n = 0; n < CLASSIFIER_CLASSES; n++)
        probabilities[n] = ((float)answer[n] - CONTRACT_OUTPUT_ZERO_POINT) * CONTRACT_OUTPUT_SCALE;
#if CONTRACT_LOGITS
    const float most = probabilities[classifier_best(probabilities)];
    float sum = 0;
    for (int n = 0; n < CLASSIFIER_CLASSES; n++) sum += probabilities[n] = expf(probabilities[n] - most);
    for (int n = 0; n < CLASSIFIER_CLASSES; n++) probabilities[n] /= sum;
#endif
}

int classifier_best(const float probabilities[CLASSIFIER_CLASSES]) {
    int best = 0;
    for (int n = 1; n < CLASSIFIER_CLASSES; n++)
        if (probabilities[n] > probabilities[best]) best = n;
    return best;
}

/* How sure such an answer is; no number where one of them is none. */
static double confidence_of(const float probabilities[CLASSIFIER_CLASSES]) {
#if CONTRACT_REJECTS
    const double most = probabilities[classifier_best(probabilities)];
    double sum = 0;
    for (int n = 0; n < CLASSIFIER_CLASSES; n++) sum += pow(probabilities[n] / most, 1 / CONTRACT_TEMPERATURE);
    return 1 / sum;
#else
    (void)probabilities;
    return 1;
#endif
}

int classifier_rejects(const float probabilities[CLASSIFIER_CLASSES]) {
    return !(confidence_of(probabilities) >= CONTRACT_THRESHOLD);
}

int classifier_doubts(const float probabilities[CLASSIFIER_CLASSES]) {
    const double confidence = confidence_of(probabilities);
    return confidence >= CONTRACT_THRESHOLD && !(confidence >= CONTRACT_SURE);
}

/* What classifier_classify returns of such an answer. */
static int worth_of(const float probabilities[CLASSIFIER_CLASSES]) {
    if (classifier_rejects(probabilities)) return CLASSIFIER_REJECTED;
    return classifier_doubts(probabilities) ? CLASSIFIER_UNSURE : PICTURE_OK;
}
